import { describe, expect, test } from 'vitest';
import { seededChance } from '../samples/random-walk.fixture.ts';
import { calibrated, fitCalibration } from './calibration.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Labels whose true logit is `slope` times what the model says, around an even base rate. */
function overconfident(n: number, slope: number): { labels: Int8Array; said: Float64Array } {
  const chance = seededChance(3);
  const scores = Array.from({ length: n }, () => 2 * chance.normal());
  const labels = Int8Array.from(scores, (score) =>
    Number(chance.uniform() < sigmoid(slope * score)),
  );
  return { labels, said: Float64Array.from(scores, sigmoid) };
}

describe('fitCalibration', () => {
  test.each([0.5, 1, 1.5])('finds slope %d where labels are many', (slope) => {
    const { labels, said } = overconfident(100_000, slope);

    const found = fitCalibration(labels, said, 5);

    expect(found.slope).toBeCloseTo(slope, 1);
    expect(Math.abs(found.intercept)).toBeLessThan(0.05);
  });

  test('keeps close to a quarter where labels are few', () => {
    const { labels, said } = overconfident(10, 1);

    expect(Math.abs(fitCalibration(labels, said, 5).slope - 0.25)).toBeLessThan(0.15);
  });

  test('is a quarter where nothing is predicted', () => {
    const labels = Int8Array.of(1, 0, 1, 1);

    const { slope, intercept } = fitCalibration(labels, new Float64Array(4).fill(NaN), 5);

    expect(slope).toBe(0.25);
    // The smoothed base rate is 4 / 6.
    expect(intercept).toBeCloseTo(0.75 * Math.log(2), 12);
  });

  test('neither turns nor flattens an order that was wrong', () => {
    const { labels, said } = overconfident(2000, -1);

    expect(fitCalibration(labels, said, 5).slope).toBe(0.05);
  });

  test('is at most 2, however right the order was', () => {
    const { labels, said } = overconfident(100_000, 6);

    expect(fitCalibration(labels, said, 5).slope).toBe(2);
  });

  test('believes fewer labels where they overlap', () => {
    const { labels, said } = overconfident(200, 1);

    const slopes = [1, 5, 50].map((horizon) => fitCalibration(labels, said, horizon).slope);

    expect(slopes).toEqual(slopes.toSorted((a, b) => b - a));
    expect(slopes[0] - slopes[2]).toBeGreaterThan(0.1);
  });

  test('stays a number where a model was certain', () => {
    const { slope, intercept } = fitCalibration(
      Int8Array.of(1, 0, 1, 0),
      Float64Array.of(1, 0, 0, 1),
      5,
    );

    expect([slope, intercept].every(Number.isFinite)).toBe(true);
  });
});

describe('calibrated', () => {
  test('is the sigmoid of slope times logit plus intercept', () => {
    const [p] = calibrated(Float64Array.of(sigmoid(0.8)), { slope: 0.5, intercept: 0.1 });

    expect(p).toBeCloseTo(sigmoid(0.5), 14);
  });

  test('keeps the order', () => {
    const said = Float64Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

    const after = calibrated(said, { slope: 0.05, intercept: -1 });

    expect([...after]).toEqual([...after].toSorted((a, b) => a - b));
    expect(new Set(after).size).toBe(99);
  });
});
