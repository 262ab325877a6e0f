import { describe, expect, test } from 'vitest';
import { action, rawBars } from '../market/actions/actions.fixture.ts';
import { adjustedBars } from '../market/actions/adjustment.ts';
import { sliceBars } from '../market/bars/bars.ts';
import { indexOf, series, sessions } from './decisions.fixture.ts';
import { symbolRecipe } from './recipes.ts';
import { sampleSet } from './sample-set.ts';

const first = indexOf('2021-06-01');
const days = sliceBars(series, first, first + 250);
const rows = Int32Array.from({ length: 140 }, (_, i) => i + 100);
const split = action({ symbol: 'AAA', exDate: sessions[first + 160] });
const bonus = action({
  symbol: 'AAA',
  exDate: sessions[first + 200],
  kind: 'bonus',
  priceFactor: 2 / 3,
  volumeFactor: 1.5,
});
const unsplit = sampleSet(days, rows, symbolRecipe);

describe('features and labels of adjusted bars', () => {
  test('across a split and a bonus are those of a share that was never split', () => {
    const raw = rawBars(days, split, bonus);

    const adjusted = sampleSet(adjustedBars(raw, [split, bonus]), rows, symbolRecipe);

    adjusted.matrix.values.forEach((value, i) =>
      expect(value).toBeCloseTo(unsplit.matrix.values[i], 4),
    );
    expect(adjusted.labels).toEqual(unsplit.labels);
    adjusted.forwardReturns.forEach((value, i) =>
      expect(value).toBeCloseTo(unsplit.forwardReturns[i], 12),
    );
  });

  test('differ where the split is not known', () => {
    const raw = sampleSet(rawBars(days, split), rows, symbolRecipe);

    expect(Math.min(...raw.forwardReturns)).toBeLessThan(-0.75);
    expect(Math.min(...unsplit.forwardReturns)).toBeGreaterThan(-0.25);
    expect(raw.matrix.values).not.toEqual(unsplit.matrix.values);
  });

  test('before a split are those of bars that end before it, to the last bit', () => {
    const adjusted = adjustedBars(rawBars(days, split), [split]);
    const before = rows.filter((row) => row < 160);

    const known = sampleSet(sliceBars(days, 0, 160), before, symbolRecipe).matrix;

    expect(sampleSet(adjusted, before, symbolRecipe).matrix).toEqual(known);
  });
});
