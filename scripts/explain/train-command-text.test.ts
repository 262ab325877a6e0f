import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { makePlan } from '../../activities/samples/make-plan.ts';
import { explainWindow } from '../../activities/validation/explain-window.ts';
import { exchange, plan, request, store, testWorld } from '../../activities/world.fixture.ts';
import type { TrainRequest } from '../../shared/contracts/plan.ts';
import {
  requestFrom,
  withRequestOptions,
  type RequestOptions,
} from '../commands/request-options.ts';
import { trainCommandText } from './train-command-text.ts';

/** What a shell makes of a command, and the command line of that. */
async function typed(command: string): Promise<TrainRequest> {
  const said = execFileSync('sh', ['-c', command.replace('npm', `printf '%s\\n'`)]);
  const words = said.toString().trimEnd().split('\n');
  expect(words.slice(0, 5)).toEqual(['run', '-s', 'sensequant', '--', 'train']);
  const program = withRequestOptions(new Command('train')).exitOverride();
  return await requestFrom(program.parse(words.slice(5), { from: 'user' }).opts<RequestOptions>());
}

describe('trainCommandText', () => {
  test.each<[string, Partial<TrainRequest>]>([
    ['a plain run', {}],
    ['a run to another as-of day', { asOf: '2022-09-30' } as Partial<TrainRequest>],
    [
      'a run of another recipe',
      {
        from: '2022-02-01',
        to: '2023-03-31',
        anchor: '2022-02-01',
        windowDays: 200,
        stepDays: 90,
        horizon: 3,
        studentMix: 0.5,
      } as Partial<TrainRequest>,
    ],
    ['a run of hard labels', { studentMix: 'hard' }],
  ])('plans every window of %s again, its artifacts under the same names', async (_, asked) => {
    const world = await testWorld();
    await store(world, ...exchange(['M&M', 'LICI', 'HYUNDAI']));
    await plan(world, 'r1', request(asked));
    const { windows } = await world.plans.read('r1');
    expect(new Set(windows.map(({ decision }) => decision))).toEqual(new Set(['train', 'skip']));

    for (const window of windows) {
      const { again } = await explainWindow(world, { runId: 'r1', window: window.window });
      const planned = await makePlan(world, await typed(trainCommandText(again)), world.now());

      const same = planned.windows.find((one) => one.window === window.window);
      // What is not due by the run's own --to may be due by another.
      if (window.reason !== 'not-due') expect(same).toEqual(window);
    }
  });

  test('leaves out what is the default', () => {
    const text = trainCommandText(request({ symbols: ['M&M'], asOf: '2025-01-31' }));

    expect(text).toBe(
      "npm run -s sensequant -- train --symbols 'M&M' --from 2022-01-01 --to 2022-12-26 " +
        '--as-of 2025-01-31',
    );
  });
});
