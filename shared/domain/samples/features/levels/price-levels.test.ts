import { describe, expect, test } from 'vitest';
import { featureContract } from '../../features.fixture.ts';
import { atr } from '../../indicators/true-range.ts';
import { randomWalk } from '../../random-walk.fixture.ts';
import { barsAt100 } from './levels.fixture.ts';
import {
  levelAbove,
  levelAboveScore,
  levelBelow,
  levelBelowScore,
  levelBreakout,
  levelCount,
  levelInRange,
} from './price-levels.ts';

/** Levels at 110 and 90 known at bar 14, and at 130 from bar 17 on. */
const earliest = barsAt100(20, { 12: { high: 110, low: 90 }, 15: { high: 130 } });
for (const feature of [levelAbove, levelBelow, levelCount, levelBreakout, levelInRange])
  featureContract(feature, { of: 'prices', flat: NaN, earliest });
/** Touched with twice the volume at the 20th bar, the first whose volume has a score. */
const touched = {
  ...barsAt100(30, { 12: { high: 110, low: 90 }, 19: { high: 105, low: 95 } }),
  volume: Float64Array.from({ length: 30 }, (_, i) => (i === 19 ? 2000 : 1000)),
};
for (const feature of [levelAboveScore, levelBelowScore])
  featureContract(feature, { of: 'volume', flat: NaN, earliest: touched });

describe('the distance to levels', () => {
  test('is signed, in average true ranges, to the nearest on each side', () => {
    const range = atr(earliest, 14)[17];

    expect(levelAbove.compute({ bars: earliest })[17]).toBeCloseTo(-10 / range, 12);
    expect(levelBelow.compute({ bars: earliest })[17]).toBeCloseTo(10 / range, 12);
  });

  test('is missing while there are fewer than three levels, not 0', () => {
    const two = barsAt100(40, { 12: { high: 110, low: 90 } });

    for (const feature of [levelAbove, levelBelow, levelCount, levelBreakout, levelInRange])
      expect(feature.compute({ bars: two }), feature.name).toEqual(new Float64Array(40).fill(NaN));
  });

  test('keeps its sign on a walk', () => {
    const bars = randomWalk(900, 5);
    const finite = (column: Float64Array): Float64Array => column.filter(Number.isFinite);

    const above = finite(levelAbove.compute({ bars }));
    const below = finite(levelBelow.compute({ bars }));

    expect(Math.max(...above)).toBeLessThan(0);
    expect(Math.min(...below)).toBeGreaterThanOrEqual(0);
    expect(above.length).toBeGreaterThan(600);
    expect(below.length).toBeGreaterThan(600);
  });
});

describe('levelInRange', () => {
  test('says whether a level stands within two ranges on either side', () => {
    // Ranges of about 2: levels at 103 and 97 are near, the ones at 110 and 90 are not.
    const near = barsAt100(60, { 22: { high: 103, low: 97 }, 30: { high: 110 } });
    const far = barsAt100(60, { 22: { high: 103, low: 90 }, 30: { high: 110 } });

    expect(levelInRange.compute({ bars: near })[59]).toBe(1);
    expect(levelInRange.compute({ bars: far })[59]).toBe(0);
  });
});
