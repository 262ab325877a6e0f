import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { InvariantError, LaneError } from '../../shared/contracts/errors.ts';
import { runFolder } from '../../shared/runtime/data-root.ts';
import { failureFiles } from '../../shared/runtime/runs/failure-files.ts';
import { readTelemetry, telemetryFolder } from '../../shared/runtime/runs/telemetry.ts';
import { activity } from '../boundary.ts';
import { eligible, environment, exchange, plan, store, testWorld } from '../world.fixture.ts';
import { keepsFailure } from './keep-failure.ts';

// A stage that fails on a lane:
// - leaves what failed, where, of which inputs, and the lines of its log
// - leaves one file a hand-over, whole, and nothing where it was cancelled
// - fails of its own error, also where nothing can be written

async function failing(error: unknown, dispatches = 1) {
  const world = await testWorld();
  await store(world, ...exchange(['INFY']));
  await plan(world, 'r1');
  const [window] = await eligible(world, 'r1');
  const step = activity(
    world,
    keepsFailure('teacher', () => Promise.reject(error as Error)),
  );
  const task = { runId: 'r1', root: world.root.id, window: window.window };
  const failures: unknown[] = [];
  for (let index = 0; index < dispatches; index++) {
    const context = environment(`train/r1/${window.window}/teacher`);
    Object.assign(context.context.info, { activityId: String(index + 1) });
    await context.run(step, task).catch((cause: unknown) => failures.push(cause));
  }
  const kept = await failureFiles(world.root, 'r1').of(window.window);
  return { world, window, failures, kept };
}

describe('a stage that fails', () => {
  test('leaves evidence: what, where, of which inputs, and its log', async () => {
    const error = new LaneError('out of memory, token=abc', { bytes: 12, apiKey: 'k3y' });

    const { world, window, failures, kept } = await failing(error);

    const written = await world.plans.read('r1');
    expect(failures).toMatchObject([{ type: 'LaneError' }]);
    expect(kept).toMatchObject([
      {
        schema: 1,
        window: window.window,
        stage: 'teacher',
        lane: 'cpu0',
        device: 'cpu',
        at: world.now(),
        class: 'LaneError',
        message: 'out of memory, token=…',
        fields: { bytes: 12, apiKey: '…' },
        workflowId: `train/r1/${window.window}/teacher`,
        inputs: {
          planToken: written.planToken,
          key: window.stages.teacher.key,
          predictionsKey: window.stages.teacher.predictionsKey,
          series: written.series[0],
        },
      },
    ]);
    expect(kept[0]).not.toHaveProperty('stack');
    expect(kept[0].log.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['began']);
    const lines = await readTelemetry(telemetryFolder(world.root, 'r1'));
    const own = lines.filter((line) => line.window === window.window);
    expect(own.map(({ msg }) => msg)).toEqual(['began', 'failed: out of memory, token=…']);
  });

  test('leaves a file a hand-over, and the stack of what nobody expected', async () => {
    const { world, window, kept } = await failing(new InvariantError('it cannot be'), 3);

    expect(kept.map(({ dispatch }) => dispatch).toSorted()).toEqual(['1', '2', '3']);
    expect(kept[0].stack).toContain('it cannot be');
    const folder = path.join(runFolder(world.root, 'r1'), 'failures', window.window);
    expect(await readdir(folder)).toHaveLength(3);
  });

  test('leaves nothing where it was cancelled', async () => {
    const { kept, failures } = await failing(new CancelledFailure('cancelled'));

    expect(failures[0]).toBeInstanceOf(CancelledFailure);
    expect(kept).toEqual([]);
  });
});
