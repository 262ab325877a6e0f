import { findGarbage, moveGarbage, type Garbage } from '../../shared/runtime/store/garbage.ts';
import { whileCollecting } from '../../shared/runtime/store/store-lock.ts';
import type { World } from '../../shared/runtime/world.ts';
import { keptRuns, type KeepOptions, type KeptRun } from './kept-runs.ts';

/** What nothing reachable names, and what is kept. */
export interface Collection {
  readonly garbage: readonly Garbage[];
  readonly kept: readonly KeptRun[];
}

/** Says what a collection would remove; removes nothing. */
export async function garbageOf(
  world: Pick<World, 'root' | 'plans' | 'store' | 'now'>,
  options: KeepOptions,
): Promise<Collection> {
  const kept = await keptRuns(world, options);
  const names = kept.map(({ runId }) => runId);
  return { kept, garbage: await findGarbage(world.root, names, world.now()) };
}

/**
 * Removes what nothing reachable names. Nobody plans while it is looked for and moved out of the way,
 * so that a plan finds an artifact and keeps it, or does not find it. What an open run will write is
 * named by its plan. Safe to kill: what was not moved stays, the rest goes with the next collection.
 *
 * @throws LaneError if plans are being made and do not end
 */
export async function collectGarbage(
  world: Pick<World, 'root' | 'plans' | 'store' | 'now'>,
  options: KeepOptions,
): Promise<Collection> {
  const { collection, moved } = await whileCollecting(world.root, async () => {
    const found = await garbageOf(world, options);
    return { collection: found, moved: await moveGarbage(world.root, found.garbage) };
  });
  await moved.clear();
  return collection;
}
