import { readConfig } from '../shared/runtime/stack/config.ts';
import { openDataRoot } from '../shared/runtime/data-root.ts';
import { openLogger } from '../shared/runtime/logger.ts';
import type { World } from '../shared/runtime/world.ts';
import { openWorld } from '../workers/world.ts';

/** Does a command's work in the world of the configured data root, and closes it whatever happens. */
export async function inWorld<T>(
  command: string,
  work: (world: World) => Promise<T> | T,
): Promise<T> {
  const config = await readConfig();
  const world = await openWorld(await openDataRoot(config.dataRoot), openLogger(command), config);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
