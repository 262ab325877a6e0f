import { midRanks } from '../metrics.ts';

/**
 * Pearson's correlation of two columns of n values.
 *
 * @returns a number in [−1, 1]; NaN where one of them is the same throughout, or n is below 2
 */
function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let row = 0; row < a.length; row++) {
    const [da, db] = [a[row] - meanA, b[row] - meanB];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

/**
 * Spearman's correlation of two columns of n values: Pearson's of their ranks, those of equal values
 * averaged.
 *
 * @returns a number in [−1, 1]; NaN where one of them is the same throughout, or n is below 2
 */
export function rankCorrelation(a: Float64Array, b: Float64Array): number {
  return correlation(midRanks(a), midRanks(b));
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
