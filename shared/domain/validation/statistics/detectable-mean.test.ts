import { describe, expect, test } from 'vitest';
import { seededChance } from '../../samples/random-walk.fixture.ts';
import { detectableMean } from './detectable-mean.ts';
import { golden } from './statistics.fixture.ts';

describe('detectableMean', () => {
  test("is what statsmodels' sample size for 80 % power leads to", () => {
    expect(detectableMean(0.01)).toBeCloseTo(0.01 * golden.detectable, 12);
  });

  test('is found by four of five one-sided tests at 5 %', () => {
    const chance = seededChance(1);
    const found = Array.from({ length: 4000 }, () => detectableMean(1) + chance.normal() > 1.645);

    expect(found.filter(Boolean).length / 4000).toBeCloseTo(0.8, 1.5);
  });
});
