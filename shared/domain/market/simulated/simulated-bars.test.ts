import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { readReference } from '../../../runtime/reference/reference.ts';
import { aggregatedBars } from '../bars/aggregated-bars.ts';
import { barColumns, checkedBars, type Bars } from '../bars/bars.ts';
import { calendar as calendarOf } from '../calendar/calendar.fixture.ts';
import { clockOf, dayOf } from '../calendar/exchange-time.ts';
import { simulatedExchange, type SimulationOptions } from './simulated-bars.ts';

const from = '2020-01-01' as TradingDay;
const to = addDays(from, 1500);
const calendar = calendarOf(
  Object.fromEntries(Array.from({ length: 1500 }, (_, i) => [addDays(from, i), 'regular'])),
);
const instruments = Array.from({ length: 60 }, (_, i) => ({
  symbol: `S${i}`,
  sector: `sector ${i % 6}`,
}));
const options: SimulationOptions = { seed: 7, calendar, from, to, instruments };
const exchange = simulatedExchange(options);
const simulated = instruments.map(({ symbol }) => exchange.daily(symbol));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(left: readonly number[], right: readonly number[]): number {
  const [a, b] = [mean(left), mean(right)];
  const product = mean(left.map((value, i) => (value - a) * (right[i] - b)));
  const spread = (values: readonly number[], centre: number): number =>
    Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
  return product / (spread(left, a) * spread(right, b));
}

const returns = (prices: Float64Array): number[] =>
  Array.from(prices.subarray(1), (price, i) => price / prices[i] - 1);
const laterOnEarlier = (values: readonly number[], lag: number): number =>
  correlation(values.slice(lag), values.slice(0, -lag));
const overAll = (of: (symbol: (typeof simulated)[number]) => number): number =>
  mean(simulated.map(of));

describe('simulatedExchange', () => {
  test('gives the same bars for the same seed, and others for another', () => {
    const again = simulatedExchange(options).daily('S0');
    const other = simulatedExchange({ ...options, seed: 8 }).daily('S0');

    expect(again).toEqual(simulated[0]);
    expect(other.close).not.toEqual(simulated[0].close);
  });

  test('gives a symbol the same bars whoever else is asked for, and however long', () => {
    const alone = simulatedExchange({
      ...options,
      to: addDays(from, 400),
      instruments: [instruments[33]],
    });

    for (const name of barColumns)
      expect(alone.daily('S33')[name]).toEqual(simulated[33][name].slice(0, 400));
  });

  test('gives sound bars in ticks, one a session from the listing on', () => {
    const listed = addDays(from, 1000);
    const young = simulatedExchange({
      ...options,
      instruments: [{ ...instruments[0], listed }],
    }).daily('S0');

    for (const bars of simulated) checkedBars(bars);
    expect(dayOf(young.ts[0])).toBe(listed);
    expect(young.close).toEqual(simulated[0].close.slice(1000));
    for (const price of young.high)
      expect(price).toBe(Number((Math.round(price * 20) / 20).toFixed(2)));
  });

  test('gives no bars to a symbol that lists after the last session', () => {
    const listed = '2030-01-01' as TradingDay;

    const none = simulatedExchange({
      ...options,
      instruments: [{ ...instruments[0], listed }],
    }).daily('S0');

    expect(none.ts).toHaveLength(0);
  });

  test('gives no bars from the delisting on', () => {
    const delisted = addDays(from, 1000);

    const gone = simulatedExchange({
      ...options,
      instruments: [{ ...instruments[0], delisted }],
    });

    expect(gone.daily('S0').close).toEqual(simulated[0].close.slice(0, 1000));
    expect(gone.session('S0', delisted)).toBeUndefined();
    expect(gone.minutes('S0', delisted).ts).toHaveLength(0);
  });

  test('refuses a symbol that it does not list', () => {
    expect(() => exchange.daily('S60')).toThrow('lists no "S60"');
  });

  // One series of 1,500 has a standard error of 0.026; sixty that share factors, about 0.013.
  test('leaves nothing to learn about the next return from the ones before', () => {
    for (const lag of [1, 2, 5]) {
      expect(Math.abs(overAll(({ open }) => laterOnEarlier(returns(open), lag)))).toBeLessThan(
        0.04,
      );
      expect(Math.abs(overAll(({ close }) => laterOnEarlier(returns(close), lag)))).toBeLessThan(
        0.04,
      );
    }
    expect(Math.abs(overAll(({ open }) => mean(returns(open))) * 252)).toBeLessThan(0.25);
  });

  test('gathers large moves in spells, and trades more on them', () => {
    const sizes = (prices: Float64Array): number[] => returns(prices).map(Math.abs);

    for (const lag of [1, 5])
      expect(overAll(({ close }) => laterOnEarlier(sizes(close), lag))).toBeGreaterThan(0.05);
    expect(
      overAll(({ close, volume }) =>
        correlation(sizes(close), Array.from(volume.subarray(1), Math.log)),
      ),
    ).toBeGreaterThan(0.3);
  });

  test('moves symbols together, those of a sector more', () => {
    const closes = simulated.map(({ close }) => returns(close));
    // Six sectors in turn: the sixth neighbour is of the same one.
    const apart = (neighbour: number): number =>
      mean(closes.slice(neighbour).map((values, i) => correlation(values, closes[i])));

    expect(apart(1)).toBeGreaterThan(0.1);
    expect(apart(6)).toBeGreaterThan(apart(1) + 0.05);
  });
});

describe('minutes of the simulated exchange', () => {
  const [year, nextYear] = ['2024-01-01', '2025-01-01'] as TradingDay[];

  /** The exchange's own sessions of 2024 (a Muhurat evening and two drills) and its closing auctions. */
  async function nse(): Promise<SimulationOptions> {
    const { calendar: real } = await readReference();
    return { ...options, calendar: real, from: year, to: '2026-10-01' as TradingDay };
  }

  test('aggregate to the 5-minute and the daily bars, to the last digit', async () => {
    const { bars, daily } = simulatedExchange(await nse());
    const [first, end] = [year, '2026-10-01' as TradingDay];

    const minutes = bars('S0', '1m', first, end);

    expect(aggregatedBars(minutes, '5m')).toEqual(bars('S0', '5m', first, end));
    expect(aggregatedBars(minutes, '1d')).toEqual(daily('S0'));
    checkedBars(minutes);
  });

  test('are those that the calendar expects, on every kind of session', async () => {
    const of = await nse();
    const { bars } = simulatedExchange(of);
    const kinds = ['2024-01-01', '2024-01-20', '2024-03-02', '2024-11-01', '2026-08-03'];

    for (const day of kinds as TradingDay[])
      for (const interval of ['1d', '5m', '1m'] as const)
        expect(bars('S0', interval, day, addDays(day, 1)).ts).toHaveLength(
          of.calendar.expectedBars(day, interval),
        );
    const drill = bars('S0', '5m', '2024-03-02' as TradingDay, '2024-03-03' as TradingDay);
    expect(drill.ts[9] - drill.ts[8]).toBe(95 * 60_000);
    expect(bars('S0', '1m', '2024-01-22' as TradingDay, '2024-01-23' as TradingDay).ts).toEqual(
      new Float64Array(0),
    );
  });

  test('go on for stocks without derivatives while the others have their auction', async () => {
    const of = await nse();
    const cash = simulatedExchange({
      ...of,
      instruments: [instruments[0], { ...instruments[1], hours: 'cash' }],
    });
    const day = '2026-08-03' as TradingDay;

    expect(['S0', 'S1'].map((symbol) => cash.minutes(symbol, day).ts.length)).toEqual([360, 375]);
    expect(cash.bars('S1', '5m', day, addDays(day, 1)).ts).toHaveLength(75);
    expect(['S0', 'S1'].map((symbol) => clockOf(cash.session(symbol, day)?.close ?? 0))).toEqual([
      '15:15',
      '15:30',
    ]);
  });

  test('of a day are the same, made alone or with all others', async () => {
    const of = await nse();
    const day = '2024-06-04' as TradingDay;
    const all = simulatedExchange(of).bars('S3', '1m', year, nextYear);
    const start = all.ts.findIndex((ts) => dayOf(ts) === day);

    const alone = simulatedExchange({ ...of, to: addDays(day, 1) }).minutes('S3', day);

    for (const name of barColumns) expect(alone[name]).toEqual(all[name].slice(start, start + 375));
  });

  test('open where the minute before closed, with whole shares, more at both ends of the day', () => {
    const { open, close, volume } = exchange.bars('S5', '1m', from, addDays(from, 100));
    const of = (first: number, last: number): number =>
      mean([...volume].filter((_, i) => i % 375 >= first && i % 375 < last));

    for (let i = 1; i < open.length; i++) if (i % 375 > 0) expect(open[i]).toBe(close[i - 1]);
    for (const shares of volume) expect(Number.isInteger(shares) && shares > 0).toBe(true);
    expect(of(0, 30)).toBeGreaterThan(1.5 * of(170, 200));
    expect(of(345, 375)).toBeGreaterThan(1.5 * of(170, 200));
  });

  // 300 days of 75 bars in three symbols and more: a standard error of 0.004.
  test('leave nothing to learn about the next five from the five before', () => {
    // The tick is a bounce of its own, which a price of a thousand hardly feels.
    const dear = simulated.filter(({ close }) => close[0] > 1000).slice(0, 10);
    const lagged = dear.map(({ symbol }) => {
      const { close } = exchange.bars(symbol, '5m', from, addDays(from, 300));
      return laterOnEarlier(returns(close), 1);
    });

    expect(lagged.length).toBeGreaterThan(2);
    expect(Math.abs(mean(lagged))).toBeLessThan(0.02);
  });
});

describe('a split of the simulated exchange', () => {
  const exDate = addDays(from, 200);
  const split = simulatedExchange({
    ...options,
    instruments: [{ ...instruments[0], splits: [{ exDate, into: 5 }] }],
  }).daily('S0');
  const ratio = (name: 'open' | 'high' | 'low' | 'close' | 'volume', of: Bars, rows: number[]) =>
    mean(rows.map((i) => of[name][i] / simulated[0][name][i]));

  test('leaves the days before as they are', () => {
    for (const name of barColumns)
      expect(split[name].slice(0, 200)).toEqual(simulated[0][name].slice(0, 200));
  });

  test('divides prices and multiplies volume from its day on', () => {
    const rows = Array.from({ length: 1300 }, (_, i) => 200 + i);

    checkedBars(split);
    for (const name of ['open', 'high', 'low', 'close'] as const)
      expect(ratio(name, split, rows)).toBeCloseTo(1 / 5, 3);
    expect(ratio('volume', split, rows)).toBeCloseTo(5, 3);
    expect(split.open[200] / split.close[199]).toBeLessThan(0.25);
  });
});
