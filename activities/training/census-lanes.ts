import { aliveQueue } from '../../shared/contracts/ids.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';

/** A poll lasts a minute: a process that has not asked for this long is gone. */
const silenceMs = 75_000;

/**
 * Asks the server which lanes are there. A lane that fits for minutes does not ask for work meanwhile;
 * its process polls another queue all the time.
 *
 * @param lanes - names of lanes
 * @returns those whose process polls
 */
export async function censusLanes(
  world: ComputeWorld,
  lanes: readonly string[],
): Promise<string[]> {
  const polls = await Promise.all(
    lanes.map(async (lane) => ({ lane, at: await world.lastPoll(aliveQueue(lane)) })),
  );
  return polls
    .filter(({ at }) => at !== undefined && world.now() - at < silenceMs)
    .map(({ lane }) => lane);
}
