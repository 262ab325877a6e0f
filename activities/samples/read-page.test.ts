import { describe, expect, test } from 'vitest';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { request, run, testWorld } from '../world.fixture.ts';

const from = '2022-01-01' as TradingDay;
const to = '2022-06-30' as TradingDay;

/** A window of the longest symbol that there can be. */
function window(index: number, decision: 'train' | 'reuse' = 'train'): EligibleWindow {
  const symbol = `${index}X`.padEnd(40, 'Z');
  return {
    window: `${symbol}/1d/${from}..${to}`,
    symbol,
    interval: '1d',
    from,
    to,
    effectiveFrom: from,
    effectiveTo: to,
    engine: 'cpu',
    decision,
    decisionDay: '2022-06-29' as TradingDay,
    evaluateTo: '2022-12-26' as TradingDay,
    rows: 116,
    stages: {
      teacher: {
        key: 'a'.repeat(64),
        predictionsKey: 'b'.repeat(64),
        trained: decision === 'reuse',
        predicted: false,
      },
      student: {
        key: 'd'.repeat(64),
        predictionsKey: 'e'.repeat(64),
        trained: decision === 'reuse',
        predicted: false,
      },
    },
    cost: 116 * 14 * 400,
  };
}

async function planned(windows: readonly EligibleWindow[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await world.plans.made('r1', 'first', () =>
    Promise.resolve({
      schema: 5,
      actions: [],
      planToken: 'c'.repeat(64),
      asOf: to,
      from,
      to,
      recipe: symbolRecipe,
      versions: { lightgbm: '4.7.0', onnxruntime: '1.30.0' },
      series: [],
      windows,
      request: request(),
    }),
  );
  return world;
}

describe('readPage', () => {
  test('reads 200 windows a page, in under 64 KiB', async () => {
    const all = Array.from({ length: 401 }, (_, index) => window(index));
    const world = await planned(all);
    const { id: root } = world.root;

    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => run(world, 'readPage', { runId: 'r1', root, page })),
    );

    expect(pages.map((page) => page.length)).toEqual([200, 200, 1, 0]);
    expect(pages.flat().map((spec) => spec.window)).toEqual(all.map((one) => one.window));
    for (const page of pages)
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(64 * 1024);
  });

  test('tells what a batch must know, and nothing else', async () => {
    const world = await planned([window(0)]);

    const [spec] = await run(world, 'readPage', { runId: 'r1', root: world.root.id, page: 1 });

    const { window: name, symbol, interval, engine, cost } = window(0);
    const stages = ['teacher', 'student'];
    expect(spec).toEqual({ window: name, symbol, interval, from, to, engine, cost, stages });
  });

  test('asks for the student alone where the teacher stands, never for the teacher alone', async () => {
    const { stages, ...rest } = window(0);
    const trained = { ...stages.teacher, trained: true };
    const world = await planned([
      { ...rest, stages: { ...stages, teacher: trained } },
      { ...rest, window: 'other', stages: { ...stages, student: trained } },
    ]);

    const page = await run(world, 'readPage', { runId: 'r1', root: world.root.id, page: 1 });

    expect(page.map((spec) => spec.stages)).toEqual([['student'], ['teacher', 'student']]);
  });

  test('passes over windows that have their models', async () => {
    const world = await planned([window(0, 'reuse'), window(1), window(2, 'reuse')]);

    const page = await run(world, 'readPage', { runId: 'r1', root: world.root.id, page: 1 });

    expect(page.map((spec) => spec.window)).toEqual([window(1).window]);
  });

  test('reads failed windows that are tried again, from the stage that failed', async () => {
    const { stages, ...rest } = window(2);
    const taught = {
      ...rest,
      stages: { ...stages, teacher: { ...stages.teacher, trained: true } },
    };
    const world = await planned([window(0), window(1), taught]);
    const ask = (name: string, from: Stage) =>
      run(world, 'readPage', {
        runId: 'r1',
        root: world.root.id,
        page: 2,
        retry: [[name, from]],
      });

    const both = await ask(window(1).window, 'teacher');
    const one = await ask(window(1).window, 'student');
    const rested = await ask(taught.window, 'teacher');
    const unknown = ask('none', 'teacher');

    expect(both).toMatchObject([{ window: window(1).window, stages: ['teacher', 'student'] }]);
    expect(one).toMatchObject([{ window: window(1).window, stages: ['student'] }]);
    expect(rested).toMatchObject([{ stages: ['student'] }]);
    await expect(unknown).rejects.toMatchObject({ type: 'InputError' });
  });

  test('refuses a run that the data root does not know', async () => {
    const world = await testWorld();

    const page = run(world, 'readPage', { runId: 'r1', root: world.root.id, page: 1 });

    await expect(page).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
  });
});
