import { describe, expect, test } from 'vitest';
import { smirnovDistance } from './kolmogorov-smirnov.ts';
import { golden } from './statistics.fixture.ts';

describe('smirnovDistance', () => {
  test("is scipy's ks_2samp statistic", () => {
    const [a, b] = [golden.samples.reference, golden.samples.sample].map((v) =>
      Float64Array.from(v),
    );

    expect(smirnovDistance(a, b)).toBeCloseTo(golden.samples.smirnov, 12);
    expect(smirnovDistance(b, a)).toBeCloseTo(golden.samples.smirnov, 12);
  });

  test('takes ties together, and is 1 where samples do not meet', () => {
    expect(smirnovDistance(Float64Array.of(1, 1, 2), Float64Array.of(1, 2, 2))).toBeCloseTo(
      1 / 3,
      12,
    );
    expect(smirnovDistance(Float64Array.of(1, 2), Float64Array.of(3))).toBe(1);
    expect(smirnovDistance(Float64Array.of(), Float64Array.of(3))).toBeNaN();
  });
});
