import { describe, expect, test } from 'vitest';
import { onBalanceVolume } from './obv.ts';
import { goldenBars, goldenColumn, goldenSeries } from './ta-lib.fixture.ts';

describe('onBalanceVolume', () => {
  test.each(goldenSeries)('moves as TA-Lib’s does on %s', (series) => {
    const balance = onBalanceVolume(goldenBars(series).close, goldenColumn(series, 'volume'));
    const expected = goldenColumn(series, 'obv');

    expect(differences(balance)).toEqual(differences(expected));
  });

  test('adds the volume of a rise, takes off that of a fall, and passes over an equal close', () => {
    const close = Float64Array.of(5, 6, 6, 4);

    expect([...onBalanceVolume(close, Float64Array.of(10, 3, 7, 1))]).toEqual([10, 13, 13, 12]);
  });
});

function differences(values: Float64Array): number[] {
  return Array.from(values.subarray(1), (value, i) => value - values[i]);
}
