import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import type { Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { reconcileSeries } from '../market/reconcile-series.ts';
import { exchange, request, testWorld } from '../world.fixture.ts';
import { chosenSeries, dueSpan } from './chosen-series.ts';
import { makePlan } from './make-plan.ts';

const [tcs] = exchange(['TCS']);
const day = (text: string): TradingDay => text as TradingDay;
/** Bars of `[from, to)`. */
function between(from: string, to: string): Bars {
  const at = (text: string): number =>
    tcs.ts.findIndex((ts) => ts >= Date.parse(`${text}T00:00+05:30`));
  return sliceBars(tcs, at(from), at(to));
}

async function keep(world: ComputeWorld, bars: Bars, adjustment: Adjustment): Promise<void> {
  await world.bars.append(
    { symbol: 'TCS', interval: '1d', source: 'csv', adjustment },
    { bars, quarantined: [], answers: [] },
    { fetch: 'import/test', receivedAt: world.now() },
  );
}

describe('chosenSeries', () => {
  test.each([
    ['raw bars where they have enough', '2022-01-03', '2022-06-30', 'csv-raw'],
    ['a vendor’s where raw ones do not', '2022-03-01', '2022-12-01', 'csv-vendor'],
    ['those that have most where none has enough', '2021-01-01', '2022-12-01', 'csv-raw'],
  ])('takes %s', async (_, from, to, expected) => {
    const world = await testWorld();
    await keep(world, between('2020-10-01', '2022-07-01'), 'raw');
    await keep(world, between('2022-02-01', '2023-01-01'), 'vendor');

    const pin = await chosenSeries(world, {
      symbol: 'TCS',
      interval: '1d',
      from: day(from),
      to: day(to),
      instrumentClass: 'derivatives',
      minimumCoverage: 0.98,
    });

    expect(pin?.series).toBe(expected);
  });
});

describe('dueSpan', () => {
  const window = (from: string, decisionDay?: string): GridWindow =>
    ({ from, ...(decisionDay === undefined ? {} : { decisionDay }) }) as GridWindow;
  const grid = [
    window('2022-01-01', '2022-06-29'),
    window('2022-06-30', '2022-12-26'),
    window('2022-12-27'),
  ];

  test('reaches from the first window to the decision point of the last that is due', () => {
    expect(dueSpan(grid, day('2022-12-26'), undefined)).toEqual({
      from: '2022-01-01',
      to: '2022-12-27',
    });
    expect(dueSpan(grid, day('2022-12-25'), day('2022-03-01'))).toEqual({
      from: '2022-03-01',
      to: '2022-06-30',
    });
  });

  test('is empty where nothing is due, or nothing was listed', () => {
    for (const [until, listed] of [
      ['2022-06-28', undefined],
      ['2022-12-26', '2023-01-02'],
    ]) {
      const { from, to } = dueSpan(grid, day(until as string), listed as TradingDay | undefined);
      expect(from).toBe(to);
    }
  });
});

describe('makePlan of several series', () => {
  test('names the one it reads, and what a comparison found wrong with it', async () => {
    const world = await testWorld();
    const lower = (prices: Float64Array): Float64Array => prices.map((price) => price - 10);
    const [open, high, low, close] = [tcs.open, tcs.high, tcs.low, tcs.close].map(lower);
    const vendor = { ...tcs, open, high, low, close };
    await keep(world, between('2020-10-01', '2021-10-01'), 'raw');
    await keep(world, vendor, 'vendor');
    const planned = async () => (await makePlan(world, request(), world.now())).series;

    expect(await planned()).toMatchObject([{ series: 'csv-vendor' }]);
    expect((await planned())[0]).not.toHaveProperty('noEvidence');

    await reconcileSeries(world, { interval: '1d' }, world.now());
    const [{ noEvidence }] = await planned();
    expect(noEvidence).toEqual(['subtractive']);
  });
});
