import { activityInfo, ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import {
  asSenseQuantError,
  errorRecord,
  InputError,
  LaneError,
  retryOf,
} from '../shared/contracts/errors.ts';
import type { FitProgress } from '../shared/domain/training/booster.ts';
import type { ComputeWorld, World } from '../shared/runtime/world.ts';
import { inRunLog } from './step-log.ts';

/** Who asked for a step: written into what it makes. */
export interface Origin {
  readonly workflowId: string;
  readonly temporalRunId: string;
  readonly attempt: number;
}

/** What a step sees of the orchestrator. */
export interface Step {
  readonly origin: Origin;
  /** Which hand-over of its workflow it is: the activity's own id. */
  readonly dispatch: string;
  /** The last lines of the log that belong to the step. */
  lines(): readonly string[];
  /** Aborted when the step is cancelled or its process drains. */
  readonly signal: AbortSignal;
  /** Says how far a long computation is. */
  onProgress(progress: FitProgress): void;
}

const beatEveryMs = 1000;

/**
 * Makes an activity of a step: says in its run's log that it begins and how it ends, refuses work of
 * another data root, beats once a second with the latest progress (a native call blocks another
 * thread, never this one), and gives errors the names that the workflow's retry rules go by.
 */
export function activity<Input, Output>(
  world: ComputeWorld,
  run: (world: ComputeWorld, input: Input, step: Step) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    const context = Context.current();
    const { workflowExecution, activityId, activityType, attempt } = activityInfo();
    let progress: FitProgress | undefined;
    const beat = setInterval(() => context.heartbeat(progress), beatEveryMs);
    try {
      checkRoot(world, input);
      return await inRunLog(world, input, { step: activityType, attempt }, (lines) =>
        run(world, input, {
          origin: {
            // An activity started on its own has no workflow; its own id stands for one.
            workflowId: workflowExecution?.workflowId ?? activityId,
            temporalRunId: workflowExecution?.runId ?? activityId,
            attempt,
          },
          dispatch: activityId,
          lines,
          signal: context.cancellationSignal,
          onProgress: (latest) => {
            progress = latest;
          },
        }),
      );
    } catch (error) {
      throw toFailure(error, context);
    } finally {
      clearInterval(beat);
    }
  };
}

/**
 * Turns an error of ours into what Temporal carries: the class as type, its fields as details.
 * Anything unknown keeps its name, and the workflow decides.
 */
function toFailure(error: unknown, context: Context): unknown {
  if (error instanceof CancelledFailure) {
    if (context.cancellationDetails?.workerShutdown !== true) return error;
    // Nobody cancelled the work: its process is drained, and another lane takes over.
    return toFailure(new LaneError('the process was shut down before the work was done'), context);
  }
  const known = asSenseQuantError(error);
  const { name, message, fields } = errorRecord(error);
  return ApplicationFailure.create({
    type: name,
    message,
    nonRetryable: known !== undefined && retryOf[known.name] === 'never',
    details: [fields],
    // A source that says how long it will be away is not asked before.
    ...(known?.name === 'SourceError' && typeof fields.afterMs === 'number'
      ? { nextRetryDelay: fields.afterMs }
      : {}),
    ...(error instanceof Error ? { cause: error } : {}),
  });
}

function checkRoot(world: World, input: unknown): void {
  if (input === null || typeof input !== 'object') return;
  const { request, replay } = input as { readonly request?: unknown; readonly replay?: unknown };
  const from = request ?? replay ?? input;
  const asked = typeof from === 'object' && 'root' in from ? from.root : undefined;
  if (typeof asked === 'string' && asked !== world.root.id)
    throw new InputError(
      `the work belongs to data root "${asked}", this worker serves ` +
        `"${world.root.path}" ("${world.root.id}"); start the stack of that root`,
    );
}
