import { pagesOf, stagesToExtend, windowsToExtend } from '../../shared/contracts/pages.ts';
import type { PageRef } from '../../shared/contracts/run.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { predictStage } from './predict-stage.ts';

/**
 * Adds the sessions that the predictions of reused windows lack: one page of them, from the stored
 * models. Safe to repeat; what is predicted already is left alone.
 *
 * @returns models that predicted something now
 * @throws DataError (final) if a model the plan found has been lost meanwhile
 */
export async function extendPredictions(
  world: ComputeWorld,
  page: PageRef,
  step: Step,
): Promise<number> {
  const plan = await world.plans.read(page.runId);
  let predicted = 0;
  for (const window of pagesOf(windowsToExtend(plan))[page.page - 1] ?? []) {
    for (const stage of stagesToExtend(window)) {
      step.signal.throwIfAborted();
      if (await predictStage(world, { plan, window }, stage, step)) predicted += 1;
    }
  }
  return predicted;
}
