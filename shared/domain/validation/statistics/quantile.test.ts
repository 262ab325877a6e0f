import { describe, expect, test } from 'vitest';
import { quantile } from './quantile.ts';
import { golden } from './statistics.fixture.ts';

describe('quantile', () => {
  test("is numpy's", () => {
    const sorted = Float64Array.from(golden.samples.reference).sort();

    const found = [0, 0.025, 0.5, 0.99, 1].map((share) => quantile(sorted, share));

    found.forEach((value, k) => expect(value).toBeCloseTo(golden.samples.quantiles[k], 12));
  });

  test('says nothing of no values', () => {
    expect(quantile(new Float64Array(), 0.5)).toBeNaN();
  });
});
