import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { CancelledFailure } from '@temporalio/activity';
import { describe, expect, test } from 'vitest';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import { readParquet, type Columns } from '../../shared/runtime/files/duckdb.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import {
  artifacts,
  eligible,
  environment,
  exchange,
  fit,
  plan,
  request,
  run,
  store,
  testWorld,
} from '../world.fixture.ts';

/** The last evaluation span begins on 2022-12-26 and ends with 2023-06-22. */
const [short] = exchange(['INFY'], '2023-02-01');
const [long] = exchange(['INFY'], '2023-05-01');

/** A world whose two windows were trained by r1 until January 2023, and planned again by r2. */
async function reused(): Promise<{ world: ComputeWorld; windows: EligibleWindow[] }> {
  const world = await testWorld();
  await store(world, short);
  await plan(world, 'r1');
  await fit(world);
  await store(world, long);
  await plan(world, 'r2');
  return { world, windows: await eligible(world, 'r2') };
}

const extend = (world: ComputeWorld, context = environment('train/r2')): Promise<number> =>
  run(world, 'extendPredictions', { runId: 'r2', root: world.root.id, page: 1 }, context);

async function predictions(world: ComputeWorld, window: EligibleWindow, stage: Stage) {
  const folder = world.store.folder('predictions', window.stages[stage].predictionsKey);
  return await readParquet(path.join(folder, 'predictions.parquet'));
}

const stamps = ({ ts }: Columns): string[] =>
  Array.from(ts, (ms) => new Date(ms + 19_800_000).toISOString().slice(0, 10));

describe('extendPredictions', () => {
  test('adds the sessions since, and changes neither the teacher nor what was predicted', async () => {
    const { world, windows } = await reused();
    const model = path.join(
      world.store.folder('teachers', windows[1].stages.teacher.key),
      'model.txt',
    );
    const before = { text: await readFile(model, 'utf8'), at: (await stat(model)).mtimeMs };
    const [, old] = await eligible(world, 'r1');

    const predicted = await extend(world);

    expect(predicted).toBe(2);
    for (const stage of stages) {
      const was = await predictions(world, old, stage);
      const now = await predictions(world, windows[1], stage);
      expect(now[stage].slice(0, was.ts.length)).toEqual(was[stage]);
      expect([stamps(was).at(-1), stamps(now).at(-1)]).toEqual(['2023-01-31', '2023-04-28']);
      // The labels of the last six sessions had not ended in January.
      expect(was.label.slice(-6)).toEqual(Int8Array.of(-1, -1, -1, -1, -1, -1));
      expect(now.label.slice(0, was.ts.length).includes(-1)).toBe(false);
    }
    expect({ text: await readFile(model, 'utf8'), at: (await stat(model)).mtimeMs }).toEqual(
      before,
    );
  });

  test('gives the same bytes as a fit that knew all bars from the start', async () => {
    const { world, windows } = await reused();
    await extend(world);
    const fresh = await testWorld();
    await store(fresh, long);
    await plan(fresh, 'r1');
    await fit(fresh);

    const bytes = ({ store: kept }: ComputeWorld): Promise<Buffer[]> =>
      Promise.all(
        stages.map((stage) => {
          const { predictionsKey } = windows[1].stages[stage];
          const folder = kept.folder('predictions', predictionsKey);
          return readFile(path.join(folder, 'predictions.parquet'));
        }),
      );

    expect(await bytes(world)).toEqual(await bytes(fresh));
  });

  test.each(stages)('says which %s predicted, and who asked', async (stage) => {
    const { world, windows } = await reused();
    await extend(world);

    const { key, predictionsKey } = windows[1].stages[stage];
    const manifest = await world.store.find('predictions', predictionsKey);

    expect(manifest?.facts).toMatchObject({
      window: windows[1].window,
      decisionDay: '2022-12-26',
      evaluateTo: '2023-06-23',
      [stage]: key,
      workflowId: 'train/r2',
    });
  });

  test('leaves alone what is predicted already', async () => {
    const { world } = await reused();
    await extend(world);
    const after = await artifacts(world);

    expect(await extend(world)).toBe(0);
    expect(await artifacts(world)).toEqual(after);
  });

  test('has nothing to add to a later page', async () => {
    const { world } = await reused();
    const page = { runId: 'r2', root: world.root.id, page: 2 };

    expect(await run(world, 'extendPredictions', page)).toBe(0);
  });

  test.each(stages)('ends where a %s is gone that the plan had found', async (stage) => {
    const { world, windows } = await reused();
    const { key } = windows[1].stages[stage];
    await rm(world.store.folder(artifactKinds[stage], key), { recursive: true });

    const failed = extend(world);

    await expect(failed).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
    await expect(failed).rejects.toThrow(`the ${stage} of "${windows[1].window}" is gone`);
  });

  test('stops when it is cancelled, and adds nothing', async () => {
    const { world } = await reused();
    const before = await artifacts(world);
    const context = environment('train/r2');
    context.cancel();

    await expect(extend(world, context)).rejects.toThrow(CancelledFailure);
    expect(await artifacts(world)).toEqual(before);
  });

  test('refuses work of another data root', async () => {
    const world = await testWorld();

    const refused = run(world, 'extendPredictions', { runId: 'r2', root: '0badcafe', page: 1 });

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
  });

  test('predicts for an as-of day what a run as of that day had trained', async () => {
    const world = await testWorld();
    await store(world, long);
    await plan(world, 'r1', request({ asOf: '2023-01-31' }));
    await fit(world);

    const { extendPages } = await plan(world, 'r2', request({ asOf: '2023-03-31' }));
    await extend(world);

    const [, window] = await eligible(world, 'r2');
    expect(extendPages).toBe(1);
    expect(stamps(await predictions(world, window, 'student')).at(-1)).toBe('2023-03-31');
  });
});
