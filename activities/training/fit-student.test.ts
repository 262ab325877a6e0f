import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { LaneError } from '../../shared/contracts/errors.ts';
import type { StudentMix } from '../../shared/contracts/recipe.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import { converterVersion } from '../../shared/domain/training/onnx/convert.ts';
import { readParquet } from '../../shared/runtime/files/duckdb.ts';
import { openOnnx, scoreStudent } from '../../shared/runtime/onnx/onnx.ts';
import type { ArtifactKind } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import {
  artifacts,
  distilWindow,
  eligible,
  exchange,
  fitWindow,
  plan,
  request,
  store,
  testWorld,
  type WorldFixture,
} from '../world.fixture.ts';

const [infy] = exchange(['INFY']);

/** A world with one window whose teacher is trained. */
async function taught(
  fixture: WorldFixture = {},
  studentMix: StudentMix = 'auto',
): Promise<{ world: ComputeWorld; window: EligibleWindow }> {
  const world = await testWorld(fixture);
  await store(world, infy);
  await plan(world, 'r1', request({ to: '2022-06-30', studentMix }));
  const [window] = await eligible(world, 'r1');
  await fitWindow(world, window);
  return { world, window };
}

const fileOf = (world: ComputeWorld, kind: ArtifactKind, key: string, name: string): string =>
  path.join(world.store.folder(kind, key), name);

describe('fitStudent', () => {
  test('stores a student that says what it was taught, and that its conversion is the same', async () => {
    const { world, window } = await taught();
    const { teacher, student } = window.stages;

    const result = await distilWindow(world, window);

    expect(result).toMatchObject({ outcome: 'trained', lane: 'cpu0', artifact: student.key });
    const manifest = await world.store.find('students', student.key);
    expect(Object.keys(manifest?.files ?? {})).toEqual([
      'model.onnx',
      'model.txt',
      'out-of-fold.parquet',
    ]);
    expect(manifest?.facts).toMatchObject({
      window: window.window,
      teacher: teacher.key,
      teaching: { share: 0, reason: 'oof-uninformative', evidence: { informs: false } },
      calibration: { slope: expect.any(Number), intercept: expect.any(Number) },
      parity: { rows: 256, difference: expect.any(Number) },
      converter: converterVersion,
      parameters: { objective: 'cross_entropy', num_leaves: '7' },
      importance: { return5: expect.any(Number), rsi14: expect.any(Number) },
      workflowId: `train/r1/${window.window}/student`,
    });
    const parity = manifest?.facts.parity as { difference: number };
    expect(parity.difference).toBeLessThan(1e-6);
  });

  test('stores a model that tells what it is wherever it is taken', async () => {
    const { world, window } = await taught();
    await distilWindow(world, window);

    const file = fileOf(world, 'students', window.stages.student.key, 'model.onnx');
    const { features, metadata } = await openOnnx(await readFile(file));

    expect(metadata).toEqual({
      window: 'INFY/1d/2022-01-01..2022-06-30',
      decisionDay: '2022-06-29',
      recipe: 'symbol@2',
      featureSet: 'base-1',
      features: JSON.stringify(features),
      label: 'open-to-open return over 5 bars above 22.25 bp',
      student: window.stages.student.key,
      teacher: window.stages.teacher.key,
    });
  });

  test('stores predictions beside the teacher’s, as they are served, and how close they are', async () => {
    const { world, window } = await taught();
    await distilWindow(world, window);
    const { teacher, student } = window.stages;

    const read = (key: string) =>
      readParquet(fileOf(world, 'predictions', key, 'predictions.parquet'));
    const [theirs, ours] = await Promise.all([teacher, student].map((s) => read(s.predictionsKey)));

    expect(Object.keys(ours)).toEqual(['ts', 'label', 'forwardReturn', 'student']);
    expect([ours.ts, ours.label]).toEqual([theirs.ts, theirs.label]);
    expect(ours.student.every((p) => p > 0 && p < 1)).toBe(true);
    const manifest = await world.store.find('predictions', student.predictionsKey);
    expect(manifest?.facts).toMatchObject({
      student: student.key,
      evaluation: { rows: ours.ts.length },
      fidelity: { rows: ours.ts.length, agreement: expect.any(Number) },
    });
  });

  test('is served by the path of its file', async () => {
    const { world, window } = await taught();
    await distilWindow(world, window);
    const file = fileOf(world, 'students', window.stages.student.key, 'model.onnx');
    const manifest = await world.store.find('students', window.stages.student.key);
    const names = manifest?.facts.features as string[];

    const served = await scoreStudent(file, Object.fromEntries(names.map((name) => [name, [NaN]])));

    expect(served[0]).toBeGreaterThan(0);
    expect(served[0]).toBeLessThan(1);
  });

  test('gives the same bytes on another data root and another lane', async () => {
    const worlds = [await taught(), await taught({ lane: 'cpu1' })];
    for (const { world, window } of worlds) await distilWindow(world, window);

    const [files, others] = await Promise.all(
      worlds.map(async ({ world }) => {
        const names = (await artifacts(world)).filter((name) =>
          /\.(?:txt|parquet|onnx)$/.test(name),
        );
        return await Promise.all(
          names.map(async (name) => [name, await readFile(path.join(world.root.path, name))]),
        );
      }),
    );

    // Model, out-of-fold and predictions of each, and the graph.
    expect(files).toHaveLength(7);
    expect(files).toEqual(others);
  });

  test('is distilled again with another mix, its teacher untouched', async () => {
    const { world, window } = await taught();
    await distilWindow(world, window);
    const teacher = fileOf(world, 'teachers', window.stages.teacher.key, 'model.txt');
    const { ino, mtimeMs } = await stat(teacher);
    await plan(world, 'r2', request({ to: '2022-06-30', studentMix: 0.5 }));
    const [again] = await eligible(world, 'r2');

    const result = await distilWindow(world, again, 'r2');

    expect(result.outcome).toBe('trained');
    expect(again.stages.teacher.key).toBe(window.stages.teacher.key);
    expect(again.stages.student.key).not.toBe(window.stages.student.key);
    expect(await stat(teacher)).toMatchObject({ ino, mtimeMs });
    const manifest = await world.store.find('students', again.stages.student.key);
    expect(manifest?.facts).toMatchObject({ teaching: { share: 0.5, reason: 'asked' } });
  });

  test('reuses what another run has made since it was planned', async () => {
    const { world, window } = await taught();
    await plan(world, 'r2', request({ to: '2022-06-30' }));
    await distilWindow(world, window, 'r1');

    expect((await distilWindow(world, window, 'r2')).outcome).toBe('reused');
  });

  test('has trained it where an earlier try was cut off before the predictions', async () => {
    const { world, window } = await taught();
    const full = world.store.publish;
    const cut: ComputeWorld['store']['publish'] = (kind, ...rest) =>
      kind === 'predictions' ? Promise.reject(new LaneError('killed')) : full(kind, ...rest);
    const dying = { ...world, store: { ...world.store, publish: cut } };
    await expect(distilWindow(dying, window)).rejects.toMatchObject({ type: 'LaneError' });

    const result = await distilWindow(world, window);

    expect(result.outcome).toBe('trained');
    const { predictionsKey } = window.stages.student;
    expect(await world.store.find('predictions', predictionsKey)).toBeDefined();
  });

  test('brings its teacher’s predictions up to date before its own', async () => {
    const { world, window } = await taught();
    const folder = world.store.folder('predictions', window.stages.teacher.predictionsKey);
    await rm(folder, { recursive: true });

    await distilWindow(world, window);

    const { predictionsKey } = window.stages.teacher;
    expect(await world.store.find('predictions', predictionsKey)).toBeDefined();
  });

  test.each([
    ['gone', (file: string) => rm(path.dirname(file), { recursive: true })],
    ['damaged', (file: string) => writeFile(file, 'PAR1')],
  ])('ends where its teacher is %s', async (_, harm) => {
    const { world, window } = await taught();
    await harm(fileOf(world, 'teachers', window.stages.teacher.key, 'out-of-fold.parquet'));

    const failed = distilWindow(world, window);

    await expect(failed).rejects.toMatchObject({ type: 'DataError', nonRetryable: true });
    await expect(failed).rejects.toThrow(`the teacher of "${window.window}" is gone`);
  });
});
