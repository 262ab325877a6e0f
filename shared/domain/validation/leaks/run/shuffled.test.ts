import { describe, expect, test } from 'vitest';
import { chance } from '../../../market/simulated/chance.ts';
import { areaUnderCurve } from '../../metrics.ts';
import { shuffledAucs, type ScoredPanel } from './shuffled.ts';

const own = chance('panel');
/** Two symbols over 60 sessions; scores that tell their own day's label. */
const ts = Float64Array.from({ length: 120 }, (_, row) => Math.floor(row / 2));
const label = Int8Array.from(ts, () => Number(own.uniform() < 0.5));
const panel: ScoredPanel = {
  symbol: Array.from(ts, (_, row) => `S${row % 2}`),
  ts,
  label,
  probability: Float64Array.from(label, (one) => 0.3 + 0.4 * one),
};
const options = { shuffles: 200, block: 5, seed: 'a' };

describe('shuffledAucs', () => {
  test('are those of chance, however well scores tell their own day', () => {
    const found = shuffledAucs(panel, options);

    expect(areaUnderCurve(panel.label, panel.probability)).toBe(1);
    expect(found.reduce((a, b) => a + b) / 200).toBeCloseTo(0.5, 1);
    expect(Math.max(...found)).toBeLessThan(0.8);
  });

  test('are the same for a seed and others for another', () => {
    expect(shuffledAucs(panel, options)).toEqual(shuffledAucs(panel, options));
    expect(shuffledAucs(panel, { ...options, seed: 'b' })).not.toEqual(
      shuffledAucs(panel, options),
    );
  });

  test('keep blocks together and leave none in its place', () => {
    // Labels that are the same all through a block, and scores that are the block.
    const blocks = { ...panel, label: Int8Array.from(ts, (day) => Number(day >= 30)) };
    const halves = { ...options, block: 30 };

    // Two blocks change places: what scored 1 scores 0.
    const probability = Float64Array.from(blocks.label);
    expect([...shuffledAucs({ ...blocks, probability }, { ...halves, shuffles: 3 })]).toEqual([
      0, 0, 0,
    ]);
  });
});
