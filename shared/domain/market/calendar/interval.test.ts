import { describe, expect, test } from 'vitest';
import { intervalOfGap, usualGapMs } from './interval.ts';

const minute = 60_000;

describe('usualGapMs', () => {
  test('is the most frequent gap, past holes, duplicates and disorder', () => {
    const ts = Float64Array.of(0, 5, 10, 10, 15, 40, 45, 3, 8).map((value) => value * minute);

    expect(usualGapMs(ts)).toBe(5 * minute);
  });

  test.each([[[]], [[1]], [[2, 1]], [[1, 1]]])('is undefined for %j', (ts) => {
    expect(usualGapMs(Float64Array.from(ts))).toBeUndefined();
  });
});

test.each([
  [minute, '1m'],
  [5 * minute, '5m'],
  [24 * 60 * minute, '1d'],
  [3 * 24 * 60 * minute, '1d'],
  [30 * minute, undefined],
  [90_000, undefined],
])('intervalOfGap of %i ms is %s', (gap, interval) => {
  expect(intervalOfGap(gap)).toBe(interval);
});
