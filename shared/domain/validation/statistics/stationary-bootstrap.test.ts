import { describe, expect, test } from 'vitest';
import { seededChance } from '../../samples/random-walk.fixture.ts';
import {
  bootstrapped,
  defaultBootstrapOptions,
  difference,
  estimate,
  meanOfSessions,
  ratioOfSums,
} from './stationary-bootstrap.ts';
import { golden } from './statistics.fixture.ts';

const series = Float64Array.from(golden.series.values);

function meanOf(values: Float64Array, options: Partial<typeof defaultBootstrapOptions> = {}) {
  const all = { ...defaultBootstrapOptions, ...options };
  return bootstrapped({ mean: meanOfSessions(values) }, values.length, all).mean;
}

function spread(drawn: Float64Array): number {
  const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
  return Math.sqrt(drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length);
}

describe('bootstrapped', () => {
  // 5,000 resamples leave 1 % of a standard deviation to chance, 3 % of a quantile.
  test('spreads a mean as the closed form of Politis and Romano says', () => {
    expect(spread(meanOf(series).drawn) / golden.series.closedFormSpread).toBeCloseTo(1, 1.3);
  });

  test("has the interval of arch's StationaryBootstrap", () => {
    const { low, high } = estimate(meanOf(series), 0.95);

    const width = golden.series.arch.high - golden.series.arch.low;
    expect(Math.abs(low - golden.series.arch.low) / width).toBeLessThan(0.04);
    expect(Math.abs(high - golden.series.arch.high) / width).toBeLessThan(0.04);
  });

  test('draws no resample of fewer sessions than two mean blocks', () => {
    const few = meanOf(series.slice(0, 19));

    expect(few.drawn).toHaveLength(0);
    expect(estimate(few, 0.95)).toEqual({ value: few.value, low: NaN, high: NaN });
    expect(meanOf(series.slice(0, 20)).drawn).toHaveLength(5000);
  });

  test('shows every statistic the same resamples: identical ones differ by nothing', () => {
    const both = { a: meanOfSessions(series), b: meanOfSessions(series.slice()) };

    const { a, b } = bootstrapped(both, series.length, defaultBootstrapOptions);

    expect(estimate(difference(a, b), 0.95)).toEqual({ value: 0, low: 0, high: 0 });
  });

  test('leaves out of a mean the sessions without a value, in every resample', () => {
    const gappy = series.map((value, session) => (session % 3 === 0 ? NaN : value));
    const sums = ratioOfSums(
      gappy.map((value) => (Number.isNaN(value) ? 0 : value)),
      gappy.map((value) => Number(!Number.isNaN(value))),
    );

    const { mean, ratio } = bootstrapped(
      { mean: meanOfSessions(gappy), ratio: sums },
      series.length,
      defaultBootstrapOptions,
    );

    const known = gappy.filter((value) => !Number.isNaN(value));
    expect(mean.value).toBeCloseTo(known.reduce((sum, value) => sum + value, 0) / 80, 12);
    expect(mean.drawn).toEqual(ratio.drawn);
  });
});

describe('The interval of a series that remembers 0.6 of its past', () => {
  /** Share of 300 seeded series of 400 sessions around 0 whose interval holds 0. */
  function coverage(meanBlock: number): number {
    const held = Array.from({ length: 300 }, (_, seed): number => {
      const chance = seededChance(seed);
      let value = chance.normal() / 0.8;
      const values = Float64Array.from({ length: 400 }, () => {
        value = 0.6 * value + chance.normal();
        return value;
      });
      const { low, high } = estimate(meanOf(values, { meanBlock, draws: 300, seed }), 0.95);
      return Number(low <= 0 && high >= 0);
    });
    return held.reduce((sum, one) => sum + one, 0) / held.length;
  }

  test('holds the truth in about 90 of 100 trials', () => {
    expect(coverage(10)).toBeGreaterThan(0.86);
    expect(coverage(10)).toBeLessThan(0.97);
  });

  test('would hold it in about 70 if sessions were drawn one by one', () => {
    expect(coverage(1)).toBeLessThan(0.77);
  });
});
