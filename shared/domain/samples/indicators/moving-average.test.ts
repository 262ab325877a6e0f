import { describe, expect, test } from 'vitest';
import { ema, sma } from './moving-average.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('sma', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(sma(goldenBars(series).close, 20), series, 'sma20');
  });

  test('averages whole windows only', () => {
    const averages = sma(Float64Array.of(1, 2, 6, 4), 3);

    expect([...averages]).toEqual([NaN, NaN, 3, 4]);
  });

  test('gives nothing for fewer values than the lookback', () => {
    expect([...sma(Float64Array.of(1, 2), 3)]).toEqual([NaN, NaN]);
  });
});

describe('ema', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(ema(goldenBars(series).close, 20), series, 'ema20');
  });

  test('starts from the mean of the first values, wherever they begin', () => {
    const averages = ema(Float64Array.of(100, 1, 2, 3, 6), 3, 1);

    expect([...averages]).toEqual([NaN, NaN, NaN, 2, 4]);
  });

  test('gives nothing for fewer values than the lookback', () => {
    expect([...ema(Float64Array.of(1, 2), 3)]).toEqual([NaN, NaN]);
  });
});
