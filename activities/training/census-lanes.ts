import type { ComputeWorld } from '../../shared/runtime/world.ts';

/** A poll lasts a minute: a lane that has not asked for this long is gone. */
const silenceMs = 75_000;

/**
 * Asks the server which lanes are polled.
 *
 * @param lanes - names of lanes, which are the names of their queues
 * @returns those that somebody polls
 */
export async function censusLanes(
  world: ComputeWorld,
  lanes: readonly string[],
): Promise<string[]> {
  const polls = await Promise.all(
    lanes.map(async (lane) => ({ lane, at: await world.lastPoll(lane) })),
  );
  return polls
    .filter(({ at }) => at !== undefined && world.now() - at < silenceMs)
    .map(({ lane }) => lane);
}
