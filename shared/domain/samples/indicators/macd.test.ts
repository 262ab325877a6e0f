import { describe, expect, test } from 'vitest';
import { macd } from './macd.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe('macd', () => {
  test.each(goldenSeries)('equals TA-Lib on %s', (series) => {
    const { line, signal, histogram } = macd(goldenBars(series).close, 12, 26, 9);

    expectTaLib(line, series, 'macdLine');
    expectTaLib(signal, series, 'macdSignal');
    expectTaLib(histogram, series, 'macdHistogram');
  });

  test('gives nothing for fewer values than its warm-up', () => {
    const { line, histogram } = macd(new Float64Array(33).fill(7), 12, 26, 9);

    expect(line.every(Number.isNaN) && histogram.every(Number.isNaN)).toBe(true);
  });
});
