import { describe, expect, test } from 'vitest';
import { neweyWestMean } from './newey-west.ts';
import { golden } from './statistics.fixture.ts';

const series = Float64Array.from(golden.series.values);

describe('neweyWestMean', () => {
  test.each(golden.series.neweyWest)(
    "has the error and the t of statsmodels' HAC with $lags lags",
    ({ lags, standardError, t }) => {
      const of = neweyWestMean(series, lags);

      expect(of.standardError).toBeCloseTo(standardError, 12);
      expect(of.t).toBeCloseTo(t, 10);
      expect(of.count).toBe(120);
    },
  );

  test('has the mean over the standard deviation beside it', () => {
    const { mean, ratio } = neweyWestMean(Float64Array.of(1, 2, 3, 6), 0);

    expect(mean).toBe(3);
    expect(ratio).toBeCloseTo(3 / Math.sqrt(14 / 3), 12);
  });

  test('closes up the sessions that have no value', () => {
    const gappy = Float64Array.from([...series].flatMap((value) => [value, NaN]));

    expect(neweyWestMean(gappy, 10)).toEqual(neweyWestMean(series, 10));
  });

  test('says nothing of a single value', () => {
    expect(neweyWestMean(Float64Array.of(NaN, 1), 2)).toMatchObject({ t: NaN, count: 1 });
  });
});
