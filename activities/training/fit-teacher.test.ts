import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { LaneError } from '../../shared/contracts/errors.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import { recipeFeatures } from '../../shared/domain/samples/recipes.ts';
import { readParquet } from '../../shared/runtime/files/duckdb.ts';
import type { ArtifactKind } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import {
  artifacts,
  eligible,
  environment,
  exchange,
  fitWindow,
  plan,
  request,
  run,
  store,
  testWorld,
  type WorldFixture,
} from '../world.fixture.ts';

const [infy] = exchange(['INFY']);

/** A world with one planned window, and that window. */
async function planned(
  fixture: WorldFixture = {},
): Promise<{ world: ComputeWorld; window: EligibleWindow }> {
  const world = await testWorld(fixture);
  await store(world, infy);
  await plan(world, 'r1', request({ to: '2022-06-30' }));
  const [window] = await eligible(world, 'r1');
  return { world, window };
}

const fileOf = (world: ComputeWorld, kind: ArtifactKind, key: string, name: string): string =>
  path.join(world.store.folder(kind, key), name);

/** The world whose compute thread does something else before it runs its jobs. */
function computing(
  world: ComputeWorld,
  run: (job: ComputeWorld['compute']['run']) => ComputeWorld['compute']['run'],
): ComputeWorld {
  return { ...world, compute: { ...world.compute, run: run(world.compute.run) } };
}

describe('fitTeacher', () => {
  test('refuses a window that is named for another engine', async () => {
    const { world, window } = await planned();

    const fitted = fitWindow({ ...world, device: 'opencl:0:0' }, window);

    await expect(fitted).rejects.toThrow('is planned for engine "cpu" and came to lane "cpu0"');
    expect(await artifacts(world)).toEqual([]);
  });

  test('stores a teacher that says what it is made of, and by whom', async () => {
    const { world, window } = await planned();

    const result = await fitWindow(world, window);

    expect(result).toMatchObject({
      outcome: 'trained',
      lane: 'cpu0',
      device: 'cpu',
      artifact: window.stages.teacher.key,
    });
    const manifest = await world.store.find('teachers', window.stages.teacher.key);
    expect(Object.keys(manifest?.files ?? {})).toEqual(['model.txt', 'out-of-fold.parquet']);
    const { recipe, versions, series } = await world.plans.read('r1');
    expect(manifest?.facts).toMatchObject({
      window: 'INFY/1d/2022-01-01..2022-06-30',
      decisionDay: '2022-06-29',
      series: series[0],
      recipe,
      versions,
      engine: 'cpu',
      parameters: { num_leaves: '7', min_data_in_leaf: '20', objective: 'binary' },
      importance: Object.fromEntries(
        recipeFeatures(recipe).map(({ name }) => [name, expect.any(Number)]),
      ),
      outOfFold: { baseRate: expect.any(Number), logLoss: expect.any(Number) },
      lane: 'cpu0',
      device: 'cpu',
      workflowId: 'train/r1/INFY/1d/2022-01-01..2022-06-30/teacher',
      attempt: 1,
    });
  });

  test('stores what it learnt from: every label had ended by the decision day', async () => {
    const { world, window } = await planned();
    await fitWindow(world, window);

    const file = fileOf(world, 'teachers', window.stages.teacher.key, 'out-of-fold.parquet');
    const { ts, label, labelEnd, probability } = await readParquet(file);

    expect(ts).toHaveLength(window.rows);
    expect(new Set(label)).toEqual(new Set([0, 1]));
    expect(Math.max(...labelEnd)).toBeLessThan(Date.parse('2022-06-30T00:00:00+05:30'));
    expect(probability.some((p) => p > 0 && p < 1)).toBe(true);
  });

  test('stores predictions from the decision day to the day before the next', async () => {
    const { world, window } = await planned();
    await fitWindow(world, window);

    const file = fileOf(
      world,
      'predictions',
      window.stages.teacher.predictionsKey,
      'predictions.parquet',
    );
    const columns = await readParquet(file);

    const sessions = world.calendar.sessions(window.decisionDay, window.evaluateTo);
    expect(Object.keys(columns)).toEqual(['ts', 'label', 'forwardReturn', 'teacher']);
    expect([...columns.ts]).toEqual(sessions.map((day) => Date.parse(`${day}T00:00:00+05:30`)));
    expect(columns.teacher.every((p) => p > 0 && p < 1)).toBe(true);
    const manifest = await world.store.find('predictions', window.stages.teacher.predictionsKey);
    expect(manifest?.facts).toMatchObject({
      teacher: window.stages.teacher.key,
      evaluation: { rows: sessions.length },
    });
  });

  test('gives the same bytes on another data root and another lane', async () => {
    const worlds = [await planned(), await planned({ lane: 'cpu1' })];
    for (const { world, window } of worlds) await fitWindow(world, window);

    const [files, others] = await Promise.all(
      worlds.map(async ({ world }) => {
        const names = (await artifacts(world)).filter((name) => /\.(?:txt|parquet)$/.test(name));
        return await Promise.all(
          names.map(async (name) => [name, await readFile(path.join(world.root.path, name))]),
        );
      }),
    );

    expect(files).toHaveLength(3);
    expect(files).toEqual(others);
  });

  test('does not fit again what is there', async () => {
    const { world, window } = await planned();
    await fitWindow(world, window);
    const file = fileOf(world, 'teachers', window.stages.teacher.key, 'model.txt');
    const { mtimeMs } = await stat(file);
    const idle = computing(world, () => () => Promise.reject(new Error('it was fitted again')));

    const again = await fitWindow(idle, window);
    const elsewhere = await plan(idle, 'r2', request({ to: '2022-06-30' }));

    expect(again.outcome).toBe('trained');
    expect(elsewhere.counts.stages.teacher).toEqual({ train: 0, reuse: 1 });
    expect((await stat(file)).mtimeMs).toBe(mtimeMs);
  });

  test('reuses what another run has made since it was planned', async () => {
    const { world, window } = await planned();
    await plan(world, 'r2', request({ to: '2022-06-30' }));
    await fitWindow(world, window, 'r1');

    expect((await fitWindow(world, window, 'r2')).outcome).toBe('reused');
  });

  test('lets one of two trained at once stand', async () => {
    const { world, window } = await planned();
    await plan(world, 'r2', request({ to: '2022-06-30' }));

    const both = await Promise.all(['r1', 'r2'].map((runId) => fitWindow(world, window, runId)));

    expect(both.map(({ outcome }) => outcome).toSorted()).toEqual(['reused', 'trained']);
    expect((await artifacts(world)).filter((file) => file.startsWith('tmp'))).toEqual([]);
  });

  test('has trained it where an earlier try was cut off before the predictions', async () => {
    const { world, window } = await planned();
    const full = world.store.publish;
    const cut: ComputeWorld['store']['publish'] = (kind, ...rest) =>
      kind === 'predictions' ? Promise.reject(new LaneError('killed')) : full(kind, ...rest);
    const dying = { ...world, store: { ...world.store, publish: cut } };
    await expect(fitWindow(dying, window)).rejects.toMatchObject({ type: 'LaneError' });

    const result = await fitWindow(world, window);

    expect(result.outcome).toBe('trained');
    expect(
      await world.store.find('predictions', window.stages.teacher.predictionsKey),
    ).toBeDefined();
  });

  test('sets a damaged teacher aside and makes it again', async () => {
    const { world, window } = await planned();
    await fitWindow(world, window);
    const file = fileOf(world, 'teachers', window.stages.teacher.key, 'model.txt');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.slice(0, 1000));

    await fitWindow(world, window);

    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(path.join(world.root.path, 'state', 'set-aside'))).toHaveLength(1);
  });
});

describe('fitTeacher stops', () => {
  test('within a round of its cancellation, and leaves nothing', async () => {
    const { world, window } = await planned();
    const context = environment();
    const rounds: number[] = [];
    const cancelling = computing(
      world,
      (job) => (name, input, options) =>
        job(name, input, {
          ...options,
          onProgress({ round }) {
            rounds.push(round);
            context.cancel();
          },
        }),
    );

    const stopped = fitWindow(cancelling, window, 'r1', context);

    await expect(stopped).rejects.toThrow(CancelledFailure);
    expect(rounds).toEqual([1]);
    expect(await artifacts(world)).toEqual([]);
    expect((await fitWindow(world, window)).outcome).toBe('trained');
  });

  test.each([
    ['another data root', { root: '0badcafe' }, 'belongs to data root "0badcafe"'],
    ['a run that nobody planned', { runId: 'r9' }, 'has no plan of run "r9"'],
    ['a window of no plan', { window: 'TCS/1d/a..b' }, 'has no window "TCS/1d/a..b" to train'],
  ])('at work of %s', async (_, other, message) => {
    const { world, window } = await planned();
    const task = { runId: 'r1', root: world.root.id, window: window.window };

    const refused = run(world, 'fitTeacher', { ...task, ...other });

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
    await expect(refused).rejects.toThrow(message);
  });

  test('at bars that are damaged since the plan was made', async () => {
    const { world, window } = await planned();
    const { series } = await world.plans.read('r1');
    const folder = path.join(world.root.path, 'bars', '1d', 'INFY', 'csv-raw');
    await writeFile(path.join(folder, series[0].segments[0]), 'PAR1');
    const fresh = await testWorld({ root: world.root });

    const refused = fitWindow(fresh, window);

    await expect(refused).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
    expect(await artifacts(world)).toEqual([]);
  });

  test('at a lost device, for another lane to try', async () => {
    const { world, window } = await planned();
    const lost = computing(world, () => () => Promise.reject(new LaneError('the device is lost')));

    const failed = fitWindow(lost, window);

    await expect(failed).rejects.toMatchObject({ type: 'LaneError', nonRetryable: false });
    expect(await artifacts(world)).toEqual([]);
  });
});
