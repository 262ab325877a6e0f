import { describe, expect, test } from 'vitest';
import { bollinger, standardDeviation } from './bollinger.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('bollinger', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    const { upper, lower } = bollinger(goldenBars(series).close, 20, 2);

    expectTaLib(upper, series, 'bollingerUpper');
    expectTaLib(lower, series, 'bollingerLower');
  });

  test('closes to nothing where no price differs', () => {
    const { upper, lower } = bollinger(new Float64Array(25).fill(851.19), 20, 2);

    expect(upper).toEqual(lower);
  });
});

describe('standardDeviation', () => {
  test('divides by the number of values, not by one less', () => {
    expect([...standardDeviation(Float64Array.of(2, 4, 4), 2)]).toEqual([NaN, 1, 0]);
  });

  test('is exactly 0 for equal values whose mean rounds', () => {
    expect(standardDeviation(new Float64Array(20).fill(851.19), 20)[19]).toBe(0);
  });
});
