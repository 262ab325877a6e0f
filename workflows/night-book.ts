import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
  TimeoutFailure,
} from '@temporalio/workflow';
import { isErrorClass, type ErrorClass } from '../shared/contracts/errors.ts';
import type { NightStep, StepEnd } from '../shared/contracts/nightly.ts';
import { shortened } from './dispatch.ts';

/** What a night's steps have come to. */
export interface NightBook {
  /**
   * Takes a step and writes down how it ended; nothing but a cancellation is thrown. Once the
   * deadline has come no step begins, and one that runs is left to itself.
   *
   * @returns what the step gave; undefined where it failed, is late, or did not begin
   */
  step<T>(step: NightStep, take: () => Promise<T>): Promise<T | undefined>;
  /** The same for what is done whatever the hour. */
  always<T>(step: NightStep, take: () => Promise<T>): Promise<T | undefined>;
  /** A step that was done, and did not end well all the same. */
  amend(step: NightStep, message: string): void;
  leaveOut(step: NightStep, why: string): void;
  ends(): readonly StepEnd[];
}

/** What the alarm gives; no step does. */
const late = { late: true } as const;

/**
 * Starts the book of a night.
 *
 * @param deadline - resolves when scores must be made of what there is; never, where none is
 */
export function nightBook(deadline: Promise<void>): NightBook {
  let ends: StepEnd[] = [];
  let isLate = false;
  const alarm = deadline.then(() => {
    isLate = true;
    return late;
  });
  const end = (one: StepEnd): undefined => {
    ends = [...ends.filter(({ step }) => step !== one.step), one];
    return undefined;
  };

  async function taken<T>(
    step: NightStep,
    take: () => Promise<T>,
    until?: Promise<typeof late>,
  ): Promise<T | undefined> {
    const taking = take();
    // What is left to itself may still fail: nobody waits for it.
    taking.catch(() => {});
    try {
      const result = until === undefined ? await taking : await Promise.race([taking, until]);
      if (result === late) return end({ step, ended: 'late' });
      end({ step, ended: 'done' });
      return result as T;
    } catch (error) {
      if (isCancellation(error)) throw error;
      return end({ step, ended: 'failed', ...faultOf(error) });
    }
  }

  return {
    async step(step, take) {
      if (isLate) return end({ step, ended: 'left-out', message: 'the deadline came first' });
      return await taken(step, take, alarm);
    },
    always: async (step, take) => await taken(step, take),
    amend: (step, message) => end({ step, ended: 'failed', message: shortened(message) }),
    leaveOut: (step, why) => end({ step, ended: 'left-out', message: why }),
    ends: () => ends,
  };
}

/** What ended a step, in the words of whoever threw it: an activity, or a child and its activity. */
export function faultOf(error: unknown): { readonly class: ErrorClass; readonly message: string } {
  let cause = error;
  while (cause instanceof ChildWorkflowFailure || cause instanceof ActivityFailure)
    cause = cause.cause;
  const message = shortened(cause instanceof Error ? cause.message : String(cause));
  if (cause instanceof ApplicationFailure && isErrorClass(cause.type))
    return { class: cause.type, message };
  if (cause instanceof TimeoutFailure)
    return { class: 'LaneError', message: `timed out: ${cause.timeoutType}` };
  return { class: 'InvariantError', message };
}
