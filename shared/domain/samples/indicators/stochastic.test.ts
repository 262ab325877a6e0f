import { describe, expect, test } from 'vitest';
import { stochastic } from './stochastic.ts';
import { expectTaLib, goldenBars, goldenColumn, goldenSeries } from './ta-lib.fixture.ts';

describe('stochastic', () => {
  test.each(goldenSeries)(
    'equals TA-Lib on %s, but for its 0 where there is no range',
    (series) => {
      const values = stochastic(goldenBars(series), 14);

      const missing = values.findIndex((value, i) => i >= 13 && Number.isNaN(value));
      // TA-Lib's own answer there: the first bar whose 14 bars are all flat.
      if (series === 'walk')
        expect([missing, goldenColumn(series, 'fastK14')[missing]]).toEqual([213, 0]);
      else expect(missing).toBe(-1);
      expectTaLib(
        values.map((value, i) => (i >= 13 && Number.isNaN(value) ? 0 : value)),
        series,
        'fastK14',
      );
    },
  );

  test('is 100 at the high, 0 at the low, and nothing without a range', () => {
    const of = (close: number, high = 4): number =>
      stochastic(
        {
          high: Float64Array.of(high, high),
          low: Float64Array.of(2, 2),
          close: Float64Array.of(2, close),
        },
        2,
      )[1];

    expect([of(4), of(2), of(3), of(2, 2)]).toEqual([100, 0, 50, NaN]);
  });
});
