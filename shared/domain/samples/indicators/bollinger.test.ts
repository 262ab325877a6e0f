import { describe, expect, test } from 'vitest';
import { bollinger, standardDeviation } from './bollinger.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('bollinger', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    const { upper, lower } = bollinger(goldenBars(series).close, 20, 2);

    expectTaLib(upper, series, 'bollingerUpper');
    expectTaLib(lower, series, 'bollingerLower');
  });

  test('is the mean of its window plus and minus twice the root of the mean square from it', () => {
    const { close } = goldenBars('gap');

    const { upper, lower } = bollinger(close, 20, 2);

    for (let i = 19; i < close.length; i++) {
      const window = [...close.subarray(i - 19, i + 1)];
      const mean = window.reduce((sum, value) => sum + value, 0) / 20;
      const spread =
        2 * Math.sqrt(window.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 20);
      expect(upper[i], `bar "${i}"`).toBeCloseTo(mean + spread, 9);
      expect(lower[i], `bar "${i}"`).toBeCloseTo(mean - spread, 9);
    }
  });

  test('closes to nothing where no price differs', () => {
    const { upper, lower } = bollinger(new Float64Array(25).fill(851.19), 20, 2);

    expect(upper).toEqual(lower);
  });
});

describe('standardDeviation', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(standardDeviation(goldenBars(series).close, 20), series, 'stddev20');
  });

  test('divides by the number of values, not by one less', () => {
    expect([...standardDeviation(Float64Array.of(2, 4, 4), 2)]).toEqual([NaN, 1, 0]);
  });

  test('is exactly 0 for equal values whose mean rounds', () => {
    expect(standardDeviation(new Float64Array(20).fill(851.19), 20)[19]).toBe(0);
  });
});
