import { CancelledFailure } from '@temporalio/activity';
import { asSenseQuantError, errorRecord } from '../../shared/contracts/errors.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type { LaneResult, LaneTask } from '../../shared/contracts/run.ts';
import {
  failureFiles,
  type FailedInputs,
  type FailureEvidence,
} from '../../shared/runtime/runs/failure-files.ts';
import { withoutSecrets } from '../../shared/runtime/stack/secret.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';

type StageStep = (world: ComputeWorld, task: LaneTask, step: Step) => Promise<LaneResult>;

/**
 * Has a stage leave evidence where it fails: what, where, when, of which inputs, and the lines of the
 * log that belong to it. Written at the moment of the failure, whole or not at all; a lane that cannot
 * write it says so in its log, and the failure stays what it is.
 */
export function keepsFailure(stage: Stage, run: StageStep): StageStep {
  return async (world, task, step) => {
    const began = performance.now();
    try {
      return await run(world, task, step);
    } catch (error) {
      // Work that was cancelled has not failed.
      if (error instanceof CancelledFailure) throw error;
      const seconds = Math.round(performance.now() - began) / 1000;
      try {
        await failureFiles(world.root, task.runId).keep(
          await evidence(world, task, step, { stage, error, seconds }),
        );
      } catch (unwritten) {
        world.log.warn({ err: unwritten }, 'the evidence of a failure could not be written');
      }
      throw error;
    }
  };
}

async function evidence(
  world: ComputeWorld,
  { runId, window }: LaneTask,
  { origin, dispatch, lines }: Step,
  {
    stage,
    error,
    seconds,
  }: { readonly stage: Stage; readonly error: unknown; readonly seconds: number },
): Promise<FailureEvidence> {
  const { name, message, fields } = errorRecord(error);
  const isExpected = asSenseQuantError(error) !== undefined && name !== 'InvariantError';
  const inputs = await failedInputs(world, runId, window, stage).catch(() => undefined);
  const { workflowId, temporalRunId } = origin;
  return {
    schema: 1,
    runId,
    window,
    stage,
    lane: world.lane,
    device: world.device,
    at: world.now(),
    seconds,
    class: name,
    message: withoutSecrets(message),
    fields: JSON.parse(withoutSecrets(JSON.stringify(fields))) as FailureEvidence['fields'],
    ...(!isExpected && error instanceof Error && error.stack !== undefined
      ? { stack: withoutSecrets(error.stack) }
      : {}),
    workflowId,
    temporalRunId,
    dispatch,
    ...(inputs && { inputs }),
    log: lines(),
  };
}

async function failedInputs(
  world: ComputeWorld,
  runId: string,
  name: string,
  stage: Stage,
): Promise<FailedInputs> {
  const { plan, window } = await world.plans.window(runId, name);
  const { key, predictionsKey } = window.stages[stage];
  const series = plan.series.find(({ symbol }) => symbol === window.symbol);
  const { rows, cost } = window;
  return { planToken: plan.planToken, key, predictionsKey, rows, cost, ...(series && { series }) };
}
