import { describe, expect, test } from 'vitest';
import { labelEnds } from '../labels.ts';
import { defaultTripleBarrierOptions, tripleBarrierLabels } from '../labels/triple-barrier.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { uniquenessWeights } from './uniqueness.ts';

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('uniquenessWeights', () => {
  test('are the mean over the bars a label is held of one over the labels alive', () => {
    const ts = Float64Array.of(0, 1, 2, 3, 4, 5);
    // Held: bars 1 and 2; bar 2; bars 3 and 4, alone.
    const ends = Float64Array.of(3, 2.9, 5, NaN, NaN, NaN);

    const weights = uniquenessWeights(ts, ends);

    // Bar 1 has one label, bar 2 two, bars 3 and 4 one: 3/4, 1/2 and 1 on a mean of 3/4.
    expect([...weights].map((weight) => weight * 0.75)).toEqual([
      expect.closeTo(0.75, 12),
      expect.closeTo(0.5, 12),
      expect.closeTo(1, 12),
      0,
      0,
      0,
    ]);
  });

  test('are all the same, but for the edges, where the horizon is', () => {
    const walk = randomWalk(100, 3);

    const weights = uniquenessWeights(walk.ts, labelEnds(walk, 5));

    const inner = weights.subarray(5, 89);
    expect(Math.max(...inner) - Math.min(...inner)).toBeLessThan(1e-12);
    expect(weights[0]).toBeGreaterThan(inner[0]);
    expect(new Set(weights.subarray(94))).toEqual(new Set([0]));
  });

  test('of barriers differ, have a mean of 1 and favour what is held alone', () => {
    const walk = randomWalk(400, 6);
    const { ends } = tripleBarrierLabels(walk, defaultTripleBarrierOptions);

    const weights = uniquenessWeights(walk.ts, ends);

    const known = weights.filter((_, t) => !Number.isNaN(ends[t]));
    expect(mean(known)).toBeCloseTo(1, 12);
    expect(Math.max(...known) / Math.min(...known)).toBeGreaterThan(1.5);
    expect(known.every((weight) => weight > 0)).toBe(true);
  });

  test('of rows that do not train are 0, and their lives crowd nobody', () => {
    const walk = randomWalk(100, 3);
    const every6th = labelEnds(walk, 5).map((end, t) => (t % 6 === 0 ? end : NaN));

    const weights = uniquenessWeights(walk.ts, every6th);

    expect(new Set(weights)).toEqual(new Set([0, 1]));
    expect(
      uniquenessWeights(
        walk.ts,
        walk.ts.map(() => NaN),
      ).every((w) => w === 0),
    ).toBe(true);
  });
});
