import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { publishPredictions } from './publish-predictions.ts';
import { windowBars } from './window-bars.ts';

/**
 * Predicts a window's evaluation span with its stored teacher, unless that is done already.
 *
 * @returns whether it was predicted now
 * @throws DataError if the teacher has been lost since the window was planned
 */
export async function predictWindow(
  world: ComputeWorld,
  plan: Plan,
  window: EligibleWindow,
  step: Step,
): Promise<boolean> {
  if ((await world.store.find('predictions', window.predictionsKey)) !== undefined) return false;
  if ((await world.store.find('teachers', window.teacherKey)) === undefined)
    throw new DataError(
      `the teacher of "${window.window}" is gone from the store since the run was planned; ` +
        `start a run again, which trains it`,
    );
  const folder = world.store.folder('teachers', window.teacherKey);
  const text = await readFile(path.join(folder, 'model.txt'), 'utf8');
  const input = { ...(await windowBars(world, plan, window)), recipe: plan.recipe, text };
  await publishPredictions(
    world,
    window,
    await world.compute.run('predictions', input, step),
    step,
  );
  return true;
}
