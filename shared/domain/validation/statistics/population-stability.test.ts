import { describe, expect, test } from 'vitest';
import { populationStability } from './population-stability.ts';
import { golden } from './statistics.fixture.ts';

const reference = Float64Array.from(golden.samples.reference);
const sample = Float64Array.from(golden.samples.sample);

describe('populationStability', () => {
  test('is what numpy makes of ten bins of equal share', () => {
    expect(populationStability(reference, sample)).toBeCloseTo(golden.samples.stability, 12);
  });

  test('is 0 of a sample against itself and finite where they do not meet', () => {
    expect(populationStability(reference, reference)).toBe(0);
    expect(
      populationStability(
        reference,
        sample.map((v) => v + 100),
      ),
    ).toBeGreaterThan(3);
    expect(populationStability(reference, new Float64Array())).toBeNaN();
  });
});
