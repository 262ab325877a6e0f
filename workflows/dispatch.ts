import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import {
  isErrorClass,
  maximumDispatches,
  retryOf,
  type ErrorClass,
} from '../shared/contracts/errors.ts';
import type { Dispatch } from '../shared/contracts/outcome.ts';
import type { LaneResult } from '../shared/contracts/run.ts';
import type { EpochMs } from '../shared/contracts/time.ts';

/** What a lane's failure means, and in whose words. */
interface LaneFault {
  readonly class: ErrorClass;
  readonly message: string;
  /** Neither a time-out nor one of the five errors. */
  readonly isUnknown: boolean;
}

/** A stage that no lane could do: thrown once `dispatched` gives up, with how it went. */
export interface StageFault {
  readonly class: ErrorClass;
  readonly message: string;
  readonly dispatches: readonly Dispatch[];
}

/**
 * Hands a stage to one lane after another until one does it.
 *
 * Each lane activity is tried once. A lane's own fault, a time-out or an unknown error moves the
 * stage to the next lane; an error that another lane would meet as well ends it at once.
 *
 * @param lanes - lanes in the order to try; taken from the start again when all were tried
 * @param hand - runs the stage's activity on a lane
 * @throws ApplicationFailure of the class that ended it, with the dispatches as details
 */
export async function dispatched(
  lanes: readonly string[],
  hand: (lane: string) => Promise<LaneResult>,
): Promise<LaneResult & { readonly dispatches: readonly Dispatch[] }> {
  const dispatches: Dispatch[] = [];
  for (;;) {
    const lane = lanes[dispatches.length % lanes.length];
    const at = Date.now() as EpochMs;
    try {
      const result = await hand(lane);
      return { ...result, dispatches: [...dispatches, { lane, ended: 'done', at }] };
    } catch (error) {
      if (isCancellation(error)) throw error;
      const fault = laneFault(error);
      dispatches.push({ lane, ended: fault.class, message: fault.message, at });
      const isLast = dispatches.length === maximumDispatches;
      if (retryOf[fault.class] !== 'never' && !isLast) continue;
      // An unknown error that no lane gets past is ours to mend.
      const type: ErrorClass = fault.isUnknown ? 'InvariantError' : fault.class;
      throw ApplicationFailure.create({
        type,
        message: fault.message,
        nonRetryable: true,
        details: [{ class: type, message: fault.message, dispatches } satisfies StageFault],
      });
    }
  }
}

/** What `dispatched` threw, here or in a child workflow; an ending of any other kind is ours to mend. */
export function stageFault(error: unknown): StageFault {
  const failure = error instanceof ChildWorkflowFailure ? error.cause : error;
  if (failure instanceof ApplicationFailure && isErrorClass(failure.type)) {
    const details = failure.details?.[0] as StageFault | undefined;
    if (details?.dispatches !== undefined) return details;
  }
  const message = shortened(failure instanceof Error ? failure.message : String(failure));
  return { class: 'InvariantError', message, dispatches: [] };
}

function laneFault(error: unknown): LaneFault {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (cause instanceof TimeoutFailure)
    return { class: 'LaneError', message: `timed out: ${cause.timeoutType}`, isUnknown: false };
  const message = shortened(cause instanceof Error ? cause.message : String(cause));
  if (cause instanceof ApplicationFailure && isErrorClass(cause.type))
    return { class: cause.type, message, isUnknown: false };
  return { class: 'LaneError', message, isUnknown: true };
}

/** Keeps a message small enough for a page's record. */
export function shortened(message: string): string {
  return message.length <= 300 ? message : `${message.slice(0, 299)}…`;
}
