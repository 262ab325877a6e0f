import { describe, expect, test } from 'vitest';
import { golden } from './statistics.fixture.ts';
import { wilsonInterval } from './wilson.ts';

describe('wilsonInterval', () => {
  test.each(golden.wilson)("is statsmodels' for $hits of $trials", ({ hits, trials, interval }) => {
    const { share, low, high } = wilsonInterval(hits, trials);

    expect(share).toBe(hits / trials);
    expect(low).toBeCloseTo(interval[0], 12);
    expect(high).toBeCloseTo(interval[1], 12);
  });

  test('says nothing of no trials', () => {
    expect(wilsonInterval(0, 0)).toMatchObject({ share: NaN, low: NaN, high: NaN });
  });
});
