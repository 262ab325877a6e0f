import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ReplayRequest } from '../../shared/contracts/run.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { readRunRequest, writeWindowList } from '../../shared/runtime/runs/run-requests.ts';
import { record } from '../validation/finished-run.fixture.ts';
import {
  eligible,
  environment,
  exchange,
  fit,
  fitWindow,
  plan,
  request,
  run,
  store,
  testWorld,
} from '../world.fixture.ts';
import { previewReplay } from './preview-replay.ts';

// A replay plans windows of an earlier run again:
// - those that failed, of a class, never begun, or by name; nothing else of the run
// - against today's data it says what changed; equal inputs have equal names
// - as recorded it has the very plan of then, fits again what is there, and holds it against that
// - a token of a preview is refused once its inputs have changed

const tcs = ['TCS/1d/2022-01-01..2022-06-30', 'TCS/1d/2022-06-30..2022-12-27'] as const;

async function failedRun(): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...exchange(['INFY', 'TCS']));
  await plan(world, 'r1');
  const failure = {
    stage: 'teacher',
    class: 'DataError',
    message: 'torn',
    dispatches: [],
  } as const;
  await record(
    { ...world, warnings: [] },
    {
      done: [[`INFY/1d/2022-01-01..2022-06-30`, 'student', 'trained', 'cpu0', 1, []]],
      failed: [{ window: tcs[0], ...failure }],
    },
  );
  return world;
}

const preview = (world: ComputeWorld, replay: Partial<ReplayRequest> = {}) =>
  previewReplay(world, { of: 'r1', ...replay }, world.now());

describe('previewReplay', () => {
  test('means the windows that failed', async () => {
    const { windows, counts, asOf } = await preview(await failedRun());

    expect(windows).toMatchObject([
      {
        window: tcs[0],
        ended: 'failed',
        decision: 'train',
        changed: [],
        failure: { message: 'torn' },
      },
    ]);
    expect(counts).toMatchObject({ windows: 1, train: 1 });
    expect(asOf).toBe('2024-06-28');
  });

  test('means those never begun, or those named, when asked', async () => {
    const world = await failedRun();
    const names = async (replay: Partial<ReplayRequest>) =>
      (await preview(world, replay)).windows.map(({ window }) => window);
    const list = await writeWindowList(world.root, [tcs[1]]);

    expect(await names({ windows: 'unfinished' })).toEqual([
      'INFY/1d/2022-06-30..2022-12-27',
      ...tcs,
    ]);
    expect(await names({ windows: ['INFY/1d/2022-01-01..2022-06-30'] })).toHaveLength(1);
    expect(await names({ list })).toEqual([tcs[1]]);
  });

  test('refuses what the run does not have', async () => {
    const world = await failedRun();

    await expect(preview(world, { windows: ['NO/1d/x'] })).rejects.toThrow('no window "NO/1d/x"');
    await expect(preview(world, { reason: 'LaneError' })).rejects.toThrow('none of "LaneError"');
    await expect(preview(world, { list: 'a'.repeat(64) })).rejects.toThrow('no list of windows');
    await expect(preview(world, { of: 'r2' })).rejects.toThrow('no plan of run "r2"');
  });

  test('says which inputs changed, and finds done what is done now', async () => {
    const world = await failedRun();
    await fit(world, 'r1');
    const before = await preview(world);
    const [moved] = exchange(['TCS']);
    await store(world, { ...moved, volume: moved.volume.map((volume) => volume + 1) });
    const after = await preview(world);

    expect(before.windows).toMatchObject([{ decision: 'reuse', changed: [] }]);
    expect(after.windows).toMatchObject([{ decision: 'train', changed: ['bars'] }]);
    expect(after.planToken).not.toBe(before.planToken);
  });

  test('as recorded has the names of then whatever was imported since', async () => {
    const world = await failedRun();
    const [planned] = (await eligible(world, 'r1')).filter(({ window }) => window === tcs[0]);
    const [moved] = exchange(['TCS']);
    await store(world, { ...moved, volume: moved.volume.map((volume) => volume + 1) });

    await replay(world, 'again', { asRecorded: true });

    const [again] = await eligible(world, 'again');
    expect(again.stages.teacher.key).toBe(planned.stages.teacher.key);
    expect(await readRunRequest(world.root, 'again')).toMatchObject({ replay: { of: 'r1' } });
  });
});

describe('planRun', () => {
  test('refuses a replay whose inputs changed since its preview', async () => {
    const world = await failedRun();
    const { planToken } = await preview(world);
    await replay(world, 'same', { planToken });
    const [moved] = exchange(['TCS']);
    await store(world, { ...moved, volume: moved.volume.map((volume) => volume + 1) });

    await expect(replay(world, 'other', { planToken })).rejects.toThrow('the inputs changed since');
  });

  test('refuses both a request and a replay, and neither', async () => {
    const world = await testWorld();
    const started = { runId: 'r9', madeFor: 'r9', startedAt: world.now() };

    for (const asked of [{}, { request: request(), replay: { of: 'r1' } }])
      await expect(run(world, 'planRun', { ...started, ...asked })).rejects.toThrow('one of them');
  });

  test('refuses a replay for another data root', async () => {
    const world = await failedRun();

    await expect(replay(world, 'r2', { root: '0badcafe' })).rejects.toThrow('belongs to data root');
  });
});

describe('a replay as recorded', () => {
  test('fits again what is there, and finds the same bytes', async () => {
    const world = await failedRun();
    await fit(world, 'r1');
    await replay(world, 'again', { asRecorded: true });

    const [window] = await eligible(world, 'again');
    const began = environment(`train/again/${window.window}/teacher`);
    const result = await fitWindow(world, window, 'again', began);

    expect(window.stages.teacher.trained).toBe(false);
    expect(result.outcome).toBe('reused');
    expect(result.seconds).toBeGreaterThan(0);
  });

  test('fails where the bytes are others', async () => {
    const world = await failedRun();
    const [window] = (await eligible(world, 'r1')).filter(({ window: one }) => one === tcs[0]);
    await world.store.publish(
      'teachers',
      window.stages.teacher.key,
      (folder) => writeFile(path.join(folder, 'model.txt'), 'another model'),
      {},
    );
    await replay(world, 'again', { asRecorded: true });
    const [again] = await eligible(world, 'again');

    await expect(fitWindow(world, again, 'again')).rejects.toThrow('holds other content');
  });

  test('needs the segments that the plan pins, and the libraries that made it', async () => {
    const world = await failedRun();
    const { series } = await world.plans.read('r1');
    const pin = series.find(({ symbol }) => symbol === 'TCS')!;
    const newer = { ...world, versions: { ...world.versions, lightgbm: '9.9.9' } };
    await expect(preview(newer, { asRecorded: true })).rejects.toThrow('was made by libraries');

    world.bars.close();
    await rm(path.join(world.root.path, 'bars/1d/TCS', pin.series, pin.segments[0]));

    await expect(preview(world, { asRecorded: true })).rejects.toThrow('import the bars of "TCS"');
  });
});

async function replay(
  world: ComputeWorld,
  runId: string,
  options: Partial<ReplayRequest>,
): Promise<void> {
  const asked = { runId, replay: { of: 'r1', ...options }, madeFor: runId, startedAt: world.now() };
  await run(world, 'planRun', asked, environment(`train/${runId}`));
}
