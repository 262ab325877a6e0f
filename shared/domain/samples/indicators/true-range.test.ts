import { describe, expect, test } from 'vitest';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';
import { atr, trueRange } from './true-range.ts';

describe('trueRange', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(trueRange(goldenBars(series)), series, 'trueRange');
  });

  test('reaches across a gap to the close before it', () => {
    const bars = {
      high: Float64Array.of(10, 15, 9),
      low: Float64Array.of(8, 13, 7),
      close: Float64Array.of(9, 14, 8),
    };

    expect([...trueRange(bars)]).toEqual([NaN, 6, 7]);
  });
});

describe('atr', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    expectTaLib(atr(goldenBars(series), 14), series, 'atr14');
  });

  test('is 0 where nothing is traded at another price', () => {
    const flat = new Float64Array(4).fill(5);

    expect([...atr({ high: flat, low: flat, close: flat }, 2)]).toEqual([NaN, NaN, 0, 0]);
  });
});
