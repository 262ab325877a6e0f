import { InputError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';

/** How rows are divided in time. */
export type FoldOptions = Pick<Recipe, 'folds' | 'initialShare'>;

/** One test block and what may be learnt before it. */
export interface Fold {
  /** Indices of the training rows, ascending, all before the test block. */
  readonly train: Int32Array;
  /** The test block `[testStart, testEnd)` by index. */
  readonly testStart: number;
  readonly testEnd: number;
}

/**
 * Divides rows into forward-chained folds: contiguous test blocks of equal length (give or take
 * one) over the last 1 − `initialShare` of the rows, each preceded by every earlier row whose label
 * had ended when the block's first bar opened.
 *
 * Purging goes by the time a label ends, not by a count of rows: sessions may be missing.
 *
 * @param ends - when each of n labels ends, epoch milliseconds UTC; a row with NaN never trains
 * @param ts - open of each of the n rows' bars, ascending
 * @param options - folds, a whole number of at least 1; initialShare, a fraction in (0, 1)
 * @throws InputError if an option is out of bounds, or a fold has no row to test or to train on
 * @see quant.md 1.3: folds that also learn from later rows invert the labels of a small window
 */
export function forwardChainedFolds(
  ends: Float64Array,
  ts: Float64Array,
  options: FoldOptions,
): Fold[] {
  const { folds, initialShare } = options;
  const n = ts.length;
  if (!Number.isInteger(folds) || folds < 1)
    throw new InputError(`rows are divided into "${folds}" folds; it needs at least "1"`, {
      folds,
    });
  if (!(initialShare > 0 && initialShare < 1))
    throw new InputError(`initial share "${initialShare}" lies outside "0" to "1"`, {
      initialShare,
    });
  const first = Math.round(n * initialShare);
  const boundary = (k: number): number => first + Math.floor((k * (n - first)) / folds);
  return Array.from({ length: folds }, (_, k) => {
    const testStart = boundary(k);
    const testEnd = boundary(k + 1);
    const train = Int32Array.from(ts.subarray(0, testStart).keys()).filter(
      (row) => ends[row] <= ts[testStart],
    );
    if (testEnd === testStart || train.length === 0)
      throw new InputError(
        `fold "${k + 1}" of "${folds}" over "${n}" rows has "${train.length}" rows to train on and ` +
          `"${testEnd - testStart}" to test; ask for fewer folds, a shorter horizon or more rows`,
        { fold: k + 1, folds, rows: n, trainRows: train.length, testRows: testEnd - testStart },
      );
    return { train, testStart, testEnd };
  });
}
