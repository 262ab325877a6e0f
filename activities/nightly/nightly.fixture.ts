import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { NightRef } from '../../shared/contracts/nightly.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { writeWhole } from '../../shared/runtime/files/files.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { fit, plan, request } from '../world.fixture.ts';

/** Says that a run is a night's, as planning the night does. */
export async function nightOf(world: ComputeWorld, runId: string, asOf: string): Promise<NightRef> {
  const schedule = 'nightly';
  const record = { schema: 1, schedule, asOf, madeFor: runId, workflowId: `retrain/${runId}` };
  await writeWhole(path.join(runFolder(world.root, runId), 'night.json'), JSON.stringify(record));
  return { runId, root: world.root.id, schedule, asOf: asOf as TradingDay };
}

/** Trains a night as of a day; the windows of 2022 where nothing else is asked. */
export async function trainedNight(
  world: ComputeWorld,
  asOf: string,
  options: Partial<TrainRequest> = {},
): Promise<NightRef> {
  const ref = await nightOf(world, `${asOf}-nightly`, asOf);
  await plan(world, ref.runId, request({ to: asOf, asOf, ...options }));
  await fit(world, ref.runId);
  return ref;
}

/** A file of a run, as it lies there. */
export async function runText(
  { root }: Pick<ComputeWorld, 'root'>,
  runId: string,
  name: string,
): Promise<string> {
  return await readFile(path.join(runFolder(root, runId), name), 'utf8');
}
