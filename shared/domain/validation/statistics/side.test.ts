import { describe, expect, test } from 'vitest';
import { meanSide, sideOf } from './side.ts';

describe('sideOf', () => {
  test.each([
    ['above', 0.01, 0.02],
    ['below', -0.02, -0.01],
    ['neither', -0.01, 0.02],
    ['neither', 0, 0],
    ['neither', NaN, NaN],
  ] as const)('is %s for an interval from %s to %s', (side, low, high) => {
    expect(sideOf({ value: (low + high) / 2, low, high })).toBe(side);
  });
});

describe('meanSide', () => {
  test.each([
    ['above', 0.01, 0.07, 2.5],
    ['below', -0.07, -0.01, -2.5],
    ['neither', 0.01, 0.07, 1.9],
    ['neither', -0.001, 0.07, 2.5],
    ['neither', 0.01, 0.07, -2.5],
    ['neither', 0.01, 0.07, NaN],
  ] as const)('is %s where the interval is %s to %s and t is %s', (side, low, high, t) => {
    expect(meanSide({ value: (low + high) / 2, low, high }, t)).toBe(side);
  });
});
