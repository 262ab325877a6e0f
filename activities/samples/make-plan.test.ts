import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Plan, TrainRequest } from '../../shared/contracts/plan.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import { isEligible } from '../../shared/contracts/plan.ts';
import type { Engine } from '../../shared/contracts/recipe.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, fit, plan as planRun, request, store, testWorld } from '../world.fixture.ts';
import { makePlan } from './make-plan.ts';

const symbols = ['INFY', 'LICI', 'M&M', 'TCS'];
const [infy, lici, mahindra, tcs] = exchange(symbols);

async function worldWith(...all: readonly Bars[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

const planned = (world: ComputeWorld, asked: TrainRequest = request()): Promise<Plan> =>
  makePlan(world, asked, world.now());

/** Bars up to and without a day. */
const until = (bars: Bars, day: string): Bars =>
  sliceBars(
    bars,
    0,
    bars.ts.findIndex((ts) => ts >= Date.parse(`${day}T00:00+05:30`)),
  );
/** The same bars but for one close, of 2022-03-02. */
const changed = (bars: Bars): Bars => {
  const at = bars.ts.indexOf(Date.parse('2022-03-02T00:00+05:30'));
  return { ...bars, close: bars.close.with(at, (bars.high[at] + bars.low[at]) / 2) };
};

describe('makePlan', () => {
  test('decides every window of every symbol, from the real calendar and listings', async () => {
    const world = await worldWith(infy, lici);

    const plan = await planned(world, request({ to: '2022-12-27' }));

    expect(plan).toMatchObject({
      schema: 5,
      asOf: '2024-06-28',
      from: '2022-01-01',
      to: '2022-12-27',
      recipe: { name: 'symbol', version: 2 },
      versions: { lightgbm: '4.7.0' },
    });
    const decisions = plan.windows.map(({ window, decision, reason }) => [
      window,
      reason ?? decision,
    ]);
    expect(decisions).toEqual([
      ['INFY/1d/2022-01-01..2022-06-30', 'train'],
      ['INFY/1d/2022-06-30..2022-12-27', 'train'],
      ['INFY/1d/2022-12-27..2023-06-25', 'not-due'],
      ['LICI/1d/2022-01-01..2022-06-30', 'partial-listing'],
      ['LICI/1d/2022-06-30..2022-12-27', 'train'],
      ['LICI/1d/2022-12-27..2023-06-25', 'not-due'],
    ]);
    expect(
      plan.windows
        .filter(isEligible)
        .map(({ engine, stages }) => [engine, stages.teacher.trained, stages.student.predicted]),
    ).toEqual(Array.from({ length: 3 }, () => ['cpu', false, false]));
    expect(plan.series.map(({ symbol, series }) => [symbol, series])).toEqual([
      ['INFY', 'csv-raw'],
      ['LICI', 'csv-raw'],
    ]);
  });

  test('lets a known instrument without bars have its windows, all without bars', async () => {
    const world = await worldWith(infy);

    const plan = await planned(world, request({ symbols: ['TCS'] }));

    expect(plan.windows.map(({ reason, detail }) => [reason, detail])).toEqual([
      ['no-bars', { bars: 0 }],
      ['no-bars', { bars: 0 }],
    ]);
    expect(plan.series).toEqual([]);
  });

  test('is the same for any order of the symbols', async () => {
    const world = await worldWith(tcs, infy, mahindra, lici);
    const plan = await planned(world);

    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(symbols, { minLength: 4 }), async (shuffled) => {
        expect(await planned(world, request({ symbols: shuffled }))).toEqual(plan);
      }),
      { seed: 1, numRuns: 5 },
    );
  });

  test('plans a window alike, whatever day the run begins, and whichever lane asks', async () => {
    const world = await worldWith(infy, lici);
    const lane = await testWorld({ root: world.root, lane: 'cpu7' });
    const { windows } = await planned(world, request({ from: '2021-01-01' }));

    const later = await planned(lane, request({ from: '2022-06-01' }));

    expect(later.windows).toHaveLength(2);
    expect(later.windows).toEqual(windows.filter(({ from }) => from >= '2022-06-01'));
  });

  test('reads no bar after the as-of day', async () => {
    const asked = request({ asOf: '2022-12-28' });
    const known = await worldWith(until(infy, '2022-12-29'));
    const later = await worldWith(infy);

    const { windows, planToken } = await planned(later, asked);

    expect(windows).toEqual((await planned(known, asked)).windows);
    expect(planToken).toBe((await planned(known, asked)).planToken);
    expect((await planned(later)).planToken).not.toBe(planToken);
  });

  test('keeps the names of models when bars come after their decision point', async () => {
    const before = await planned(await worldWith(until(infy, '2023-02-01')));
    const after = await planned(await worldWith(infy));

    const [old, now] = [before, after].map(({ windows }) => windows.filter(isEligible));

    for (const stage of stages) {
      const [was, is] = [old, now].map((windows) => windows.map((one) => one.stages[stage]));
      expect(is.map(({ key }) => key)).toEqual(was.map(({ key }) => key));
      // What the first window's evaluation reads had ended; the second one's had just begun.
      expect(is[0].predictionsKey).toBe(was[0].predictionsKey);
      expect(is[1].predictionsKey).not.toBe(was[1].predictionsKey);
    }
  });
});

describe('planToken', () => {
  test('stays the same once everything is trained, and everything is reused', async () => {
    const world = await worldWith(infy);
    const before = await planned(world);
    await planRun(world, 'r1');
    await fit(world, 'r1');

    const after = await planned(world);

    expect(after.planToken).toBe(before.planToken);
    expect(after.windows.map(({ decision }) => decision)).toEqual(['reuse', 'reuse']);
    const models = after.windows.filter(isEligible).flatMap((one) => Object.values(one.stages));
    expect(models.map(({ trained, predicted }) => trained && predicted)).toEqual(
      Array.from({ length: 4 }, () => true),
    );
  });

  test('changes with what students learn, while their teachers stand', async () => {
    const world = await worldWith(infy);
    const before = await planned(world);
    await planRun(world, 'r1');
    await fit(world, 'r1');

    const after = await planned(world, request({ studentMix: 0.5 }));

    expect(after.planToken).not.toBe(before.planToken);
    const found = after.windows
      .filter(isEligible)
      .map(({ decision, stages: models }) => [
        decision,
        models.teacher.trained,
        models.student.trained,
      ]);
    expect(found).toEqual([
      ['train', true, false],
      ['train', true, false],
    ]);
  });

  test('changes when a bar inside a window does', async () => {
    const world = await worldWith(infy);
    const before = await planned(world);

    await store(world, changed(infy));

    expect((await planned(world)).planToken).not.toBe(before.planToken);
  });

  test('stays the same when the same bars come in other segments', async () => {
    const whole = await planned(await worldWith(infy));
    const n = infy.ts.length;
    const odd = pickedBars(
      infy,
      [...infy.ts.keys()].filter((i) => i % 2 === 1),
    );
    const parts = await worldWith(sliceBars(infy, 300, n), changed(infy), odd, infy);

    const plan = await planned(parts);

    expect(plan.series[0].segments.length).toBeGreaterThan(1);
    expect(plan.planToken).toBe(whole.planToken);
    expect(plan.windows).toEqual(whole.windows);
  });

  test('is refused where it is not that of the inputs now', async () => {
    const world = await worldWith(infy);
    const { planToken } = await planned(world);
    const asked = request({ planToken });
    expect((await planned(world, asked)).planToken).toBe(planToken);

    await store(world, changed(infy));

    await expect(planned(world, asked)).rejects.toThrow(InputError);
    await expect(planned(world, asked)).rejects.toThrow(
      `the inputs changed since plan "${planToken.slice(0, 8)}" was looked at`,
    );
  });
});

describe('makePlan and engines', () => {
  const lanesOf = (...engines: Engine[]) => ({ engines: () => Promise.resolve(new Set(engines)) });

  test('plans every window for the CPU where no threshold is set', async () => {
    const { windows } = await planned(await worldWith(infy));

    expect(windows.map(({ engine }) => engine)).toEqual(['cpu', 'cpu']);
  });

  test('plans a window for a GPU from the threshold on, and by another name', async () => {
    const world = await worldWith(infy);
    const on = async (gpuThreshold?: number) => {
      const set = gpuThreshold === undefined ? {} : { gpuThreshold };
      const { windows } = await planned({ ...world, ...set }, request({ to: '2023-12-22' }));
      return windows.filter(isEligible);
    };
    const cpu = await on();
    const costs = cpu.map(({ cost }) => cost);
    const [least, most] = [Math.min(...costs), Math.max(...costs)];

    const [all, larger, none] = [await on(least), await on(most), await on(most + 1)];

    expect(least).toBeLessThan(most);
    expect(new Set(all.map(({ engine }) => engine))).toEqual(new Set(['gpu']));
    for (const { engine, cost } of larger) expect(engine).toBe(cost === most ? 'gpu' : 'cpu');
    expect(none).toEqual(cpu);
    for (const [index, { stages: named }] of all.entries())
      for (const stage of stages) expect(named[stage].key).not.toBe(cpu[index].stages[stage].key);
  });

  test('refuses a window to train for an engine that no lane has', async () => {
    const world = await worldWith(infy);
    const asked = { ...world, gpuThreshold: 1 };

    await expect(planned({ ...asked, ...lanesOf('cpu') })).rejects.toThrow(InputError);
    await expect(planned({ ...asked, ...lanesOf('cpu') })).rejects.toThrow(
      'window "INFY/1d/2022-01-01..2022-06-30" needs engine "gpu", lanes have "cpu"',
    );
    await expect(planned({ ...world, ...lanesOf('gpu') })).rejects.toThrow('needs engine "cpu"');
    await expect(planned({ ...asked, ...lanesOf('cpu', 'gpu') })).resolves.toBeDefined();
  });

  test('reuses windows whatever lanes there are', async () => {
    const world = await worldWith(infy);
    await planRun(world, 'r1');
    await fit(world, 'r1');

    const { windows } = await planned({ ...world, ...lanesOf('gpu') });

    expect(windows.map(({ decision }) => decision)).toEqual(['reuse', 'reuse']);
  });
});

describe('makePlan refuses', () => {
  test.each<[string, Partial<Record<keyof TrainRequest, unknown>>, string]>([
    ['a symbol that nobody knows', { symbols: ['INFI'] }, 'did you mean "INFY"'],
    ['an index', { symbols: ['NIFTY50_INDEX'] }, 'context, never trained'],
    ['an interval of no recipe', { interval: '1m' }, 'trains on interval "1d" or "5m"; found "1m"'],
    [
      'an interval of another recipe',
      { interval: '5m', recipe: 'pooled' },
      'trains on interval "1d"; found "5m"',
    ],
    ['a step in another unit', { stepSessions: 5 }, 'are counted in days; use --window-days'],
    ['a universe that nobody knows', { recipe: 'pooled', universe: 'x' }, 'no universe "x"'],
    ['a family it does not have', { without: ['levels'] }, 'has no family "levels"'],
    ['a mix of residual students', { recipe: 'residual', studentMix: 1 }, 'teaches labels'],
    ['a window shorter than its label', { windowDays: 6 }, 'shorter than a label'],
    ['days that no calendar covers', { from: '2014-01-01' }, 'lies outside the calendar'],
  ])('%s', async (_, options, message) => {
    const made = planned(await worldWith(infy), request(options));

    await expect(made).rejects.toThrow(InputError);
    await expect(made).rejects.toThrow(message);
  });
});
