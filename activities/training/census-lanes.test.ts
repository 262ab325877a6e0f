import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { run, testWorld } from '../world.fixture.ts';

describe('censusLanes', () => {
  test('counts the lanes whose process has polled in the last 75 seconds', async () => {
    const world = await testWorld();
    const polls: Record<string, number> = { cpu0: 0, cpu1: 74_999, cpu2: 75_000, gpu0: 3_600_000 };
    const polled = {
      ...world,
      lastPoll: (queue: string) => {
        const lane = Object.keys(polls).find((name) => queue === `${name}/alive`);
        return Promise.resolve(
          lane === undefined ? undefined : ((world.now() - polls[lane]) as EpochMs),
        );
      },
    };

    const lanes = await run(polled, 'censusLanes', ['gpu0', 'cpu2', 'cpu1', 'never', 'cpu0']);

    expect(lanes).toEqual(['cpu1', 'cpu0']);
  });

  test('counts none of none', async () => {
    expect(await run(await testWorld(), 'censusLanes', [])).toEqual([]);
  });

  test('fails where the server does not answer: silence is no death', async () => {
    const world = await testWorld();
    const deaf = { ...world, lastPoll: () => Promise.reject(new Error('unavailable')) };

    await expect(run(deaf, 'censusLanes', ['cpu0'])).rejects.toThrow('unavailable');
  });
});
