import { describe, expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { volumeZ20 } from './volume.ts';

featureContract(volumeZ20, 'volume');

describe('volumeZ20', () => {
  const bars = randomWalk(20, 1);

  test('counts standard deviations of log volume from the mean', () => {
    const volume = new Float64Array(20).fill(Math.E - 1);
    volume[19] = Math.E ** 2 - 1;

    // One of 20 values is 1 above the others: mean 1.05, deviation √(0.05 · 0.95).
    expect(volumeZ20.compute({ ...bars, volume })[19]).toBeCloseTo(0.95 / Math.sqrt(0.0475), 10);
  });

  test('is NaN where nothing is traded', () => {
    expect(volumeZ20.compute({ ...bars, volume: new Float64Array(20) })[19]).toBeNaN();
  });
});
