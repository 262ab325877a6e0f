import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { featureSet, featureSets } from '../samples/features.ts';
import { blockFeatures, featureBlocks, inputWithin } from '../samples/feature-blocks.ts';
import { atFiveMinutes, randomContext, withGapDays } from '../samples/features.fixture.ts';
import type { Bars } from '../market/bars/bars.ts';
import type { Matrix } from '../samples/matrix.ts';
import { randomWalk } from '../samples/random-walk.fixture.ts';
import { symbolRecipe } from '../samples/recipes.ts';
import { sampleSet } from '../samples/sample-set.ts';

/*
 * A feature that is computed and never read costs its time and proves nothing. Of each feature of
 * each set:
 * - the matrix a model gets has its values in a column of their own
 * - where the label is the feature, a model learns it from the matrix, and changing that column
 *   alone turns what the model says
 */
const bars = withGapDays(randomWalk(900, 21));
// Listed among its bars, so that part of the rows is in its first year.
const facts = { context: randomContext(900, 22), listedTs: bars.ts[290] };
const rows = Int32Array.from({ length: 400 }, (_, i) => 290 + i);
/** Of daily bars the half hours are unknown. */
const barsOf = (feature: string): Bars =>
  feature.startsWith('halfHour') ? atFiveMinutes(bars) : bars;

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => booster[Symbol.dispose]());

describe.each(Object.keys(featureSets))('every feature of %s', (name) => {
  const recipe = { ...symbolRecipe, features: name };
  const { matrix } = sampleSet(bars, rows, recipe, facts);

  test('is in the matrix, in the order of the set', () => {
    const features = featureSet(name);

    expect(matrix.features).toEqual(features.map((feature) => feature.name));
    const blocks = featureBlocks(bars, { start: 290, end: 690 }, recipe);
    features.forEach((feature, j) => {
      const expected = blocks.flatMap((block) => {
        const input = inputWithin({ bars, ...facts }, { start: block.warmup, end: block.end });
        const values = blockFeatures(input, block, [feature]);
        return [...values].filter((_, i) => block.start + i >= 290 && block.start + i < 690);
      });
      expect([...columnOf(matrix, j)], feature.name).toEqual(expected);
    });
  });

  test.each(matrix.features.map((feature, j) => ({ feature, j })))(
    'can change a score: $feature',
    ({ feature, j }) => {
      const { matrix } = sampleSet(barsOf(feature), rows, recipe, facts);
      const column = columnOf(matrix, j);
      const threshold = balancedThreshold(column);
      const labels = Float32Array.from(column, (value) => Number(value > threshold));

      const before = scoresOf(matrix, labels);
      const [low, high] = [Math.min, Math.max].map((of) => of(...column.filter(Number.isFinite)));
      const turned = column.map((value) => (value > threshold ? low : high));
      const after = scoresOf(matrix, labels, withColumn(matrix, j, turned));

      labels.forEach((label, i) => {
        const change = (after[i] - before[i]) * (label === 1 ? -1 : 1);
        expect(change, `row "${i}" of label "${label}"`).toBeGreaterThan(0.05);
      });
    },
  );
});

function columnOf({ rows: n, values }: Matrix, j: number): Float32Array {
  return Float32Array.from(values.subarray(j * n, (j + 1) * n));
}

function withColumn(matrix: Matrix, j: number, column: Float32Array): Matrix {
  const values = Float32Array.from(matrix.values);
  values.set(column, j * matrix.rows);
  return { ...matrix, values };
}

/** The value that divides the rows most evenly; of −1, 0 and 1 with few of either, one of them. */
function balancedThreshold(column: Float32Array): number {
  const sorted = column.filter(Number.isFinite).toSorted();
  const distinct = [...new Set(sorted)].slice(0, -1);
  const above = (value: number): number => sorted.length - sorted.findLastIndex((x) => x <= value);
  return distinct.reduce((best, value) =>
    Math.abs(above(value) - column.length / 2) < Math.abs(above(best) - column.length / 2)
      ? value
      : best,
  );
}

/** What a small model fitted on rows and labels says of the same rows, or of others. */
function scoresOf(matrix: Matrix, labels: Float32Array, others = matrix): Float64Array {
  const parameters = { objective: 'binary', num_leaves: 3, min_data_in_leaf: 5, num_threads: 1 };
  const fit = booster.fit({ matrix, labels }, { ...parameters, verbosity: -1, seed: 1 }, 10);
  let step = fit.next();
  while (step.done !== true) step = fit.next();
  using model = step.value;
  return model.predict(others);
}
