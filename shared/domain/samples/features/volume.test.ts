import { describe, expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { bars as intraday } from '../../market/bars/bars.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { volumeBalance20, volumeZ20, vwapGap } from './volume.ts';

featureContract(volumeZ20, { of: 'volume', flat: NaN });
for (const feature of [volumeBalance20, vwapGap])
  featureContract(feature, { of: 'volume', flat: 0 });

describe('volumeZ20', () => {
  const bars = randomWalk(20, 1);

  test('counts standard deviations of log volume from the mean', () => {
    const volume = new Float64Array(20).fill(Math.E - 1);
    volume[19] = Math.E ** 2 - 1;

    // One of 20 values is 1 above the others: mean 1.05, deviation √(0.05 · 0.95).
    expect(volumeZ20.compute({ bars: { ...bars, volume } })[19]).toBeCloseTo(
      0.95 / Math.sqrt(0.0475),
      10,
    );
  });

  test('is NaN where nothing is traded', () => {
    expect(volumeZ20.compute({ bars: { ...bars, volume: new Float64Array(20) } })[19]).toBeNaN();
  });
});

describe('volumeBalance20', () => {
  test('is 1 where every close rises and weighs rises against falls by volume', () => {
    const bars = randomWalk(21, 1);
    const close = Float64Array.from(bars.close, (_, i) => 100 + i);
    const volume = new Float64Array(21).fill(5);
    const balance = (): number => volumeBalance20.compute({ bars: { ...bars, close, volume } })[20];

    expect(balance()).toBe(1);
    close[20] = 0.5;
    // 19 rises of 5 shares, a fall of 105.
    volume[20] = 105;
    expect(balance()).toBeCloseTo((95 - 105) / 200, 12);
  });
});

describe('vwapGap', () => {
  test('weighs the typical prices of the session so far', () => {
    const minutes = intraday({
      interval: '5m',
      close: [10, 30],
      high: [10, 30],
      low: [10, 30],
      volume: [3, 1],
    });

    // (10 · 3 + 30 · 1) / 4 = 15.
    expect([...vwapGap.compute({ bars: minutes })]).toEqual([0, 1]);
  });
});
