import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../contracts/time.ts';
import { barColumns, checkedBars } from './bars.ts';
import { dayOf, dayStart } from './exchange-time.ts';
import { simulatedBars } from './simulated-bars.ts';

const sessions = Array.from({ length: 1500 }, (_, i) =>
  dayOf(dayStart('2020-01-01' as TradingDay) + i * 86_400_000),
);
const instruments = Array.from({ length: 60 }, (_, i) => ({
  symbol: `S${i}`,
  sector: `sector ${i % 6}`,
}));
const simulated = simulatedBars({ seed: 7, sessions, instruments });

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

describe('simulatedBars', () => {
  test('gives the same bars for the same seed, and others for another', () => {
    const again = simulatedBars({ seed: 7, sessions, instruments });
    const other = simulatedBars({ seed: 8, sessions, instruments });

    expect(again).toEqual(simulated);
    expect(other[0].close).not.toEqual(simulated[0].close);
  });

  test('gives a symbol the same bars whoever else is asked for, and however long', () => {
    const [alone] = simulatedBars({
      seed: 7,
      sessions: sessions.slice(0, 400),
      instruments: [instruments[33]],
    });

    for (const name of barColumns) expect(alone[name]).toEqual(simulated[33][name].slice(0, 400));
  });

  test('gives sound bars in ticks, one a session from the listing on', () => {
    const listed = sessions[1000];
    const [young] = simulatedBars({
      seed: 7,
      sessions,
      instruments: [{ ...instruments[0], listed }],
    });

    for (const bars of simulated) checkedBars(bars);
    expect(dayOf(young.ts[0])).toBe(listed);
    expect(young.close).toEqual(simulated[0].close.slice(1000));
    for (const price of young.high)
      expect(price).toBe(Number((Math.round(price * 20) / 20).toFixed(2)));
  });

  test('gives no bars to a symbol that lists after the last session', () => {
    const listed = '2030-01-01' as TradingDay;

    const [none] = simulatedBars({
      seed: 7,
      sessions,
      instruments: [{ ...instruments[0], listed }],
    });

    expect(none.ts).toHaveLength(0);
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
    const [first, second] = [returns(simulated[0].close), returns(simulated[1].close)];
    const sameSector = returns(simulated[6].close);

    expect(correlation(first, second)).toBeGreaterThan(0.1);
    expect(correlation(first, sameSector)).toBeGreaterThan(correlation(first, second));
  });
});
