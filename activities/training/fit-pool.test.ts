import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEligible, type EligibleWindow, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { ControlResult } from '../../shared/domain/validation/leaks/controls.ts';
import { openDataRoot, type DataRoot } from '../../shared/runtime/data-root.ts';
import { readSymbolRows } from '../../shared/runtime/files/duckdb.ts';
import { openOnnx } from '../../shared/runtime/onnx/onnx.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { permute } from './importance.fixture.ts';
import { auditRun } from '../audit/audit-run.ts';
import { exportPredictions } from '../validation/export-predictions.ts';
import {
  artifacts,
  distilWindow,
  eligible,
  exchange,
  fitWindow,
  plan,
  request,
  run,
  store,
  testWorld,
} from '../world.fixture.ts';

const names = Array.from({ length: 20 }, (_, index) => `S${String(index).padStart(2, '0')}`);
const series = exchange(names);

/** The pooled window of 2022-01-03 and 259 sessions more, and the residual student of one symbol. */
const asked: TrainRequest = request({
  recipe: 'residual',
  windowSessions: 260,
  to: '2023-01-17',
  asOf: '2023-01-17',
});

/** A root that outlives a test: the fits take seconds, and all tests look at them. */
async function lastingRoot(): Promise<DataRoot> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sensequant-'));
  folders.push(folder);
  return await openDataRoot(folder);
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

async function fitted(lane: string): Promise<ComputeWorld> {
  const world = await testWorld({ root: await lastingRoot(), lane });
  await store(world, ...series);
  await plan(world, 'r1', asked);
  const [pooled, ...residuals] = await eligible(world, 'r1');
  await fitWindow(world, pooled);
  await distilWindow(world, pooled);
  for (const window of residuals.filter(({ symbol }) => symbol === 'S03' || symbol === 'S07'))
    await distilWindow(world, window);
  return world;
}

let world: ComputeWorld;
let pooled: EligibleWindow;
let residual: EligibleWindow;
beforeAll(async () => {
  world = await fitted('cpu0');
  const windows = await eligible(world, 'r1');
  [pooled] = windows;
  residual = windows.find(({ symbol }) => symbol === 'S03') ?? pooled;
}, 120_000);

function failed(controls: readonly ControlResult[]): string[] {
  return controls.flatMap(({ statistics }) =>
    statistics.filter(({ passed }) => !passed).map(({ name, value }) => `${name}: ${value}`),
  );
}

async function predictions(window: EligibleWindow, stage: 'teacher' | 'student', symbol: string) {
  const folder = world.store.folder('predictions', window.stages[stage].predictionsKey);
  return await readSymbolRows(path.join(folder, 'predictions.parquet'), symbol);
}

describe('permuteFamilies', () => {
  test('fits the folds of pooled and of residual models as they were', async () => {
    const { found } = await permute(world, { runId: 'r1', repeats: 1 });

    expect(found.drift).toBe(0);
    // The pooled student is evidence of another recipe.
    expect(found.stages).toMatchObject({ teacher: { models: 1 }, student: { models: 2 } });
  });
});

describe('a pooled window', () => {
  test('says in its manifest whose rows it learnt from, by which recipe', async () => {
    const manifest = await world.store.find('teachers', pooled.stages.teacher.key);

    expect(manifest?.facts).toMatchObject({
      window: pooled.window,
      recipe: { name: 'pooled', weights: { halfLifeSessions: 252 } },
      parameters: { num_leaves: '15', num_iterations: '250', min_data_in_leaf: '400' },
      members: names.map((symbol) => ({ symbol, rows: 254 })),
    });
    expect(manifest?.facts.pool).toHaveLength(20);
  });

  test('predicts every member on every session of its evaluation span so far', async () => {
    for (const stage of ['teacher', 'student'] as const) {
      const rows = await predictions(pooled, stage, 'S19');

      expect(rows.ts.length).toBe(1);
      // Nobody knows the labels of the decision day on that day.
      expect([...rows.label]).toEqual([-1]);
      expect(rows[stage][0]).toBeGreaterThan(0);
    }
  });

  test('gives the same bytes, whatever lane does it', async () => {
    const other = await fitted('cpu1');

    const contents = await Promise.all(
      [world, other].map(async (one) =>
        Promise.all(
          (['teacher', 'student'] as const).flatMap((stage) =>
            [pooled, residual].map(
              async ({ stages }) =>
                (await one.store.find(artifactKinds[stage], stages[stage].key))?.content,
            ),
          ),
        ),
      ),
    );
    expect(contents[1]).toEqual(contents[0]);
    expect(contents[0]).not.toContain(undefined);
  }, 120_000);
});

describe('a residual student', () => {
  test('serves the pooled trees and its own as one model', async () => {
    const folder = world.store.folder('students', residual.stages.student.key);
    const model = await openOnnx(await readFile(path.join(folder, 'model.onnx')));
    const facts = (await world.store.find('students', residual.stages.student.key))?.facts;

    expect(model.features).toHaveLength(10);
    expect(facts).toMatchObject({
      teacher: pooled.stages.teacher.key,
      teacherWindow: pooled.window,
      recipe: { name: 'residual' },
      teaching: { share: 0 },
    });
    expect(facts?.parity).toMatchObject({ rows: 256 });
  });

  test('is judged on its symbol’s rows of the pool, by the pool’s labels', async () => {
    const folder = world.store.folder('predictions', residual.stages.student.predictionsKey);
    const file = path.join(folder, 'predictions.parquet');
    const whole = await predictions(pooled, 'teacher', 'S03');

    const table = path.join(folder, '..', 'out.csv');
    const told = await exportPredictions(world, { runId: 'r1', file: table });

    expect(file).toContain('predictions');
    // Two residual students were made; the windows of the pool are another recipe's evidence.
    expect(told).toMatchObject({
      windows: names.length,
      incomplete: names.length - 2,
      symbols: 20,
    });
    const lines = (await readFile(table, 'utf8')).trim().split('\n');
    const [own] = lines.filter((line) => line.startsWith('S03,'));
    expect(own.split(',')[2]).toBe(residual.window);
    expect(Number(own.split(',')[5])).toBe(whole.teacher[0]);
  });
});

describe('an audit of a residual run', () => {
  test('finds its pool and its students as they were, and fits them again byte by byte', async () => {
    const options = { runId: 'r1', windows: 3, refits: 3 };

    const audit = await auditRun(world, world.compute, options, () => {});

    expect(failed(audit.controls)).toEqual([]);
    expect(audit.windows.toSorted()).toEqual(
      [pooled.window, 'S03', 'S07'].map((name) => expect.stringContaining(name)),
    );
    const models = audit.controls.flatMap(({ statistics }) =>
      statistics.filter(({ name }) => name.includes('fitted again')),
    );
    // The pool's two, and one each of two residual students.
    expect(models).toMatchObject([{ value: 0, expected: '0 of 4' }]);
  });
});

describe('tonight’s run', () => {
  test('reuses the models of last night’s and extends their predictions', async () => {
    const later = { ...asked, asOf: '2023-02-08' as TradingDay };
    const summary = await plan(world, 'r2', later);
    const windows = (await world.plans.read('r2')).windows.filter(isEligible);
    const [pool] = windows;
    expect([pool.decision, pool.stages.teacher.predicted]).toEqual(['reuse', false]);
    const before = await artifacts(world);

    for (let page = 1; page <= summary.extendPages; page++)
      await run(world, 'extendPredictions', { runId: 'r2', root: world.root.id, page });

    expect((await artifacts(world)).length).toBeGreaterThan(before.length);
    const folder = world.store.folder('predictions', pool.stages.teacher.predictionsKey);
    const rows = await readSymbolRows(path.join(folder, 'predictions.parquet'), 'S00');
    expect(rows.ts.length).toBe(16);
    expect([...rows.label].filter((label) => label >= 0)).toHaveLength(16 - 6);
    const extended = windows.filter(({ symbol }) => symbol === 'S03');
    const own = extended[0].stages.student.predictionsKey;
    expect(await world.store.find('predictions', own)).toBeDefined();
  });
});
