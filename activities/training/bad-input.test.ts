import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, TrainRequest } from '../../shared/contracts/plan.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import { connected, quotedPath } from '../../shared/runtime/files/duckdb.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { makePlan } from '../samples/make-plan.ts';
import {
  distilWindow,
  eligible,
  exchange,
  fitWindow,
  plan,
  request,
  store,
  testWorld,
} from '../world.fixture.ts';

const names = Array.from({ length: 20 }, (_, index) => `S${String(index).padStart(2, '0')}`);
const [odd, ...sound] = exchange(['ODD', ...names], '2023-03-01');

const from = (bars: Bars, first: string): Bars =>
  sliceBars(bars, [...bars.ts].filter((ts) => dayOf(ts) < first).length, bars.ts.length);
const until = (bars: Bars, last: string): Bars =>
  sliceBars(bars, 0, [...bars.ts].filter((ts) => dayOf(ts) <= last).length);
/** Prices that one function of a bar makes; nobody trades within a bar. */
const priced = (bars: Bars, price: (bar: number) => number): Bars => {
  const column = bars.ts.map((_, bar) => price(bar));
  return { ...bars, open: column, high: column, low: column, close: column };
};
const flat = (bars: Bars): Bars => priced(bars, () => 100);
const silent = (bars: Bars): Bars => ({ ...bars, volume: bars.volume.map(() => 0) });
/** Stands still for the first two months of 2022, and goes on from there. */
const still = (bars: Bars): Bars => {
  const count = (day: string): number => [...bars.ts].filter((ts) => dayOf(ts) < day).length;
  const [first, last] = [count('2022-01-01'), count('2022-03-01')];
  const after = bars.close[first] / bars.close[last];
  return priced(bars, (bar) =>
    bar < first ? bars.close[bar] : bar < last ? bars.close[first] : bars.close[bar] * after,
  );
};
const holed = (bars: Bars): Bars =>
  pickedBars(
    bars,
    [...bars.ts.keys()].filter((bar) => dayOf(bars.ts[bar]) < '2022-02-01' || bar % 20 > 0),
  );

/** The window of the first half of 2022, and the pooled one of 260 sessions from then on. */
const alone = request({ to: '2022-06-30', asOf: '2023-01-31' });
const pooled = request({
  recipe: 'pooled',
  windowSessions: 260,
  to: '2023-01-17',
  asOf: '2023-01-31',
});

async function worldWith(...all: readonly Bars[]): Promise<ComputeWorld> {
  const world = await testWorld();
  await store(world, ...all);
  return world;
}

/** Fits a window, and counts what its stages say that is no probability. */
async function notProbabilities(world: ComputeWorld, window: EligibleWindow) {
  await fitWindow(world, window);
  await distilWindow(world, window);
  const counts = await Promise.all(
    stages.map(async (stage) => {
      const folder = world.store.folder('predictions', window.stages[stage].predictionsKey);
      const file = quotedPath(path.join(folder, 'predictions.parquet'));
      return await connected(file, 'read', async (connection) => {
        const result = await connection.runAndReadAll(
          `SELECT count(*), count(*) FILTER (NOT (${stage} > 0 AND ${stage} < 1) OR isnan(${stage}))
           FROM read_parquet(${file})`,
        );
        return result.getRows()[0].map(Number);
      });
    }),
  );
  return { rows: counts.map(([rows]) => rows), wrong: counts.map(([, wrong]) => wrong) };
}

describe('a window of one symbol', () => {
  test.each<[string, Bars, string]>([
    ['a series that begins 41 sessions before it', from(odd, '2021-11-03'), 'too-few-samples'],
    ['prices that never change', flat(odd), 'single-class'],
    ['prices that only rise', priced(odd, (bar) => 100 * 1.01 ** bar), 'single-class'],
    ['one session of twenty without a bar', holed(odd), 'low-coverage'],
    ['no bar on its decision day', until(odd, '2022-06-28'), 'no-future-bars'],
    ['bars of later only', from(odd, '2022-07-01'), 'no-bars'],
  ])('is skipped, with %s', async (_, bars, reason) => {
    const [window] = (await makePlan(await worldWith(bars), alone, 0 as never)).windows;

    expect([window.decision, window.reason]).toEqual(['skip', reason]);
    expect(Object.keys(window.detail ?? {})).not.toEqual([]);
  });

  test.each<[string, Bars]>([
    ['a series shorter than the warm-up', from(odd, '2021-10-01')],
    ['no volume at all', silent(odd)],
    ['prices that stand still for two months', still(odd)],
  ])('is trained and says probabilities only, with %s', async (_, bars) => {
    const world = await worldWith(bars);
    await plan(world, 'r1', alone);
    const [window] = await eligible(world, 'r1');

    expect(await notProbabilities(world, window)).toEqual({ rows: [122, 122], wrong: [0, 0] });
  });
});

describe('a pooled window', () => {
  const decided = async (world: ComputeWorld, asked: TrainRequest = pooled) =>
    (await makePlan(world, asked, 0 as never)).windows[0];

  test.each<[string, Bars, string]>([
    ['whose series begins inside it', from(odd, '2022-06-01'), 'low-coverage'],
    ['with gaps', holed(odd), 'low-coverage'],
    ['without a bar on the decision day', until(odd, '2023-01-16'), 'no-future-bars'],
    ['with bars of later only', from(odd, '2023-01-18'), 'no-bars'],
  ])('leaves out a member %s, and says why', async (_, bars, reason) => {
    const window = await decided(await worldWith(bars, ...sound));

    expect(window).toMatchObject({ decision: 'train', absent: { ODD: reason } });
  });

  test.each<[string, readonly Bars[], object]>([
    ['prices that never change', sound.map(flat), { reason: 'single-class', detail: { gains: 0 } }],
    [
      'the same price for everybody',
      sound.map((bars) => priced(bars, (bar) => 100 + (bar % 7))),
      { reason: 'single-class', detail: { gains: 0 } },
    ],
    ['too few members', sound.slice(1), { reason: 'too-few-samples', detail: { symbols: 19 } }],
    [
      'series that all begin late',
      sound.map((bars) => from(bars, '2022-06-01')),
      { reason: 'no-bars', detail: { members: 20, symbols: 0 } },
    ],
  ])('is skipped, with %s', async (_, all, expected) => {
    expect(await decided(await worldWith(...all))).toMatchObject(expected);
  });

  test('is skipped where its universe has no member on the decision day', async () => {
    const world = await worldWith(...sound);
    const members = (universe: string, day: string) => {
      const symbols = day < '2023-02-15' ? [] : names;
      return { universe, asOf: '2020-01', symbols };
    };
    const asked = {
      ...pooled,
      universe: 'later',
      to: '2023-02-16',
      asOf: '2023-02-16',
    } as TrainRequest;
    const known = { ...world, instruments: { ...world.instruments, members } };

    const { windows } = await makePlan(known, asked, 0 as never);

    expect(windows[0]).toMatchObject({ reason: 'no-bars', detail: { members: 0, symbols: 0 } });
    expect(windows[1]).toMatchObject({ decision: 'train' });
  });

  test('is trained with odd members and says probabilities only', async () => {
    const odds = [flat, silent, still].map((make, k) => ({ ...make(odd), symbol: `ODD${k}` }));
    const world = await worldWith(...odds, ...sound);
    await plan(world, 'r1', pooled);
    const [window] = await eligible(world, 'r1');
    expect(window.members).toHaveLength(23);

    const { rows, wrong } = await notProbabilities(world, window);

    expect(wrong).toEqual([0, 0]);
    // Ten sessions from the decision day on.
    expect(rows).toEqual([23 * 10, 23 * 10]);
  }, 60_000);
});

describe.each([
  ['symbol', alone],
  ['pooled', pooled],
])('a request of recipe %s', (_, asked) => {
  test.each<[string, Partial<Record<keyof TrainRequest, unknown>>, string]>([
    [
      'a feature set that nobody knows',
      { features: 'base-9' },
      'no feature set is called "base-9"',
    ],
    ['a family it does not have', { without: ['depth'] }, 'has no family "depth"'],
    ['a family named twice', { without: ['trend', 'trend'] }, 'is left out twice'],
    ['a horizon longer than the window', { horizon: 250, windowDays: 180 }, 'shorter than a label'],
  ])('is refused for %s', async (name, options, message) => {
    const { windowDays: days, ...rest } = options;
    const sized = asked.recipe === 'symbol' ? { windowDays: days } : { windowSessions: days };
    const given = days === undefined ? {} : sized;

    const made = makePlan(
      await worldWith(odd, ...sound),
      { ...asked, ...rest, ...given } as never,
      0 as never,
    );

    await expect(made, name).rejects.toThrow(InputError);
    await expect(made, name).rejects.toThrow(message);
  });
});
