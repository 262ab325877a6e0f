import { describe, expect, test } from 'vitest';
import { adx, directionalIndicators } from './adx.ts';
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

describe('directionalIndicators', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    const { plus, minus } = directionalIndicators(goldenBars(series), 14);

    expectTaLib(plus, series, 'plusDi14');
    expectTaLib(minus, series, 'minusDi14');
  });

  test('is undefined while there is no range', () => {
    const flat = Float64Array.of(5, 5, 5, 5);

    expect(directionalIndicators({ high: flat, low: flat, close: flat }, 2).plus[3]).toBeNaN();
  });
});
