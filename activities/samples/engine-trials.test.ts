import { describe, expect, test } from 'vitest';
import { crossingCost, engineTrials } from './engine-trials.ts';

/** A trial by its cost and its times on the CPU and the GPU. */
const timed = (cost: number, cpuSeconds: number, gpuSeconds: number) => {
  return { cost, cpuSeconds, gpuSeconds };
};

describe('crossingCost', () => {
  test('lies where the times cross', () => {
    const trials = [timed(100, 1, 4), timed(10_000, 16, 4)];

    expect(crossingCost(trials)).toBe(1000);
  });

  test('counts only wins that last up to the largest trial', () => {
    const trials = [timed(1, 2, 1), timed(100, 1, 2), timed(10_000, 8, 4), timed(20_000, 9, 4)];

    expect(crossingCost(trials)).toBe(1000);
  });

  test('is the smallest cost where the GPU wins every trial', () => {
    expect(crossingCost([timed(5, 2, 1), timed(50, 20, 1)])).toBe(5);
  });

  test('is none where the GPU loses the largest trial, or only draws', () => {
    expect(crossingCost([timed(5, 2, 1), timed(50, 1, 2)])).toBeUndefined();
    expect(crossingCost([timed(5, 2, 1), timed(50, 2, 2)])).toBeUndefined();
  });
});

describe('engineTrials', () => {
  test('grow, and cost what a plan says of such windows', () => {
    const costs = engineTrials().map(({ cost }) => cost);

    expect(costs).toEqual(costs.toSorted((a, b) => a - b));
    for (const { trial, cost } of engineTrials())
      expect(cost % (trial.rows * trial.features)).toBe(0);
  });
});
