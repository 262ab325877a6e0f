import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LaneError } from '../../shared/contracts/errors.ts';
import type { PageRef } from '../../shared/contracts/run.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { pageOf, windowsToExtend } from '../../shared/contracts/pages.ts';
import { publishPredictions } from './publish-predictions.ts';
import { windowBars } from './window-bars.ts';

/**
 * Adds the sessions that the predictions of reused windows lack: one page of them, from the stored
 * teachers. Safe to repeat; what is predicted already is left alone.
 *
 * @returns windows that were predicted now
 * @throws LaneError (tried again) if a teacher the plan found has been lost meanwhile
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
    if ((await world.store.find('predictions', window.predictionsKey)) !== undefined) continue;
    if ((await world.store.find('teachers', window.teacherKey)) === undefined)
      throw new LaneError(
        `the teacher of "${window.window}" is gone from the store since the run was planned; ` +
          `start the run again`,
      );
    const folder = world.store.folder('teachers', window.teacherKey);
    const text = await readFile(path.join(folder, 'model.txt'), 'utf8');
    const input = { ...(await windowBars(world, plan, window)), recipe: plan.recipe, text };
    const rows = await world.compute.run('predictions', input, step);
    await publishPredictions(world, window, rows, step);
    predicted += 1;
  }
  return predicted;
}
