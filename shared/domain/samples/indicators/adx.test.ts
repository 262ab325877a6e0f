import { describe, expect, test } from 'vitest';
import { adx } from './adx.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('adx', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(adx(goldenBars(series), 14), series, 'adx14');
  });

  test('is 100 where every bar is higher than the one before', () => {
    const close = Float64Array.of(1, 2, 3, 4, 5);

    expect([...adx({ high: close, low: close, close }, 2)]).toEqual([NaN, NaN, NaN, 100, 100]);
  });

  test('is undefined until a bar has moved, then as if the bars before had counted 0', () => {
    const close = Float64Array.of(5, 5, 5, 5, 5, 6);

    expect([...adx({ high: close, low: close, close }, 2)]).toEqual([NaN, NaN, NaN, NaN, NaN, 50]);
  });
});
