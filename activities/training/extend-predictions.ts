import { pageOf, windowsToExtend } from '../../shared/contracts/pages.ts';
import type { PageRef } from '../../shared/contracts/run.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { predictWindow } from './predict-window.ts';

/**
 * Adds the sessions that the predictions of reused windows lack: one page of them, from the stored
 * teachers. Safe to repeat; what is predicted already is left alone.
 *
 * @returns windows that were predicted now
 * @throws DataError (final) if a teacher the plan found has been lost meanwhile
 */
export async function extendPredictions(
  world: ComputeWorld,
  page: PageRef,
  step: Step,
): Promise<number> {
  const plan = await world.plans.read(page.runId);
  let predicted = 0;
  for (const window of pageOf(windowsToExtend(plan), page.page)) {
    step.signal.throwIfAborted();
    if (await predictWindow(world, plan, window, step)) predicted += 1;
  }
  return predicted;
}
