import { describe, expect, test } from 'vitest';
import { rsi } from './rsi.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('rsi', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(rsi(goldenBars(series).close, 14), series, 'rsi14');
  });

  test('weighs gains against losses', () => {
    const strengths = rsi(Float64Array.of(10, 13, 12, 12), 2);

    expect([...strengths]).toEqual([NaN, NaN, 75, 75]);
  });

  test('is 0 where the price only falls and 100 where it only rises', () => {
    expect([...rsi(Float64Array.of(4, 3, 2), 2)]).toEqual([NaN, NaN, 0]);
    expect([...rsi(Float64Array.of(2, 3, 4), 2)]).toEqual([NaN, NaN, 100]);
  });

  test('is undefined until the price has moved', () => {
    expect([...rsi(Float64Array.of(5, 5, 5, 5, 6), 2)]).toEqual([NaN, NaN, NaN, NaN, 100]);
  });
});
