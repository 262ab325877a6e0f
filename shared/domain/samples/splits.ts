import { InputError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { SampleSet } from './sample-set.ts';

/** How rows are divided in time. */
export type FoldOptions = Pick<Recipe, 'folds' | 'initialShare'>;

/** One test block and what may be learnt for it. */
export interface Fold {
  /** Indices of the training rows, ascending, none of the test block. */
  readonly train: Int32Array;
  /** The test block `[testStart, testEnd)` by index. */
  readonly testStart: number;
  readonly testEnd: number;
}

/** Divides a sample set by the recipe's scheme. */
export function innerFolds(
  { labelEnds, ts }: Pick<SampleSet, 'labelEnds' | 'ts'>,
  recipe: Pick<Recipe, 'folds' | 'foldScheme' | 'initialShare'>,
): Fold[] {
  return recipe.foldScheme === 'forward'
    ? forwardChainedFolds(labelEnds, ts, recipe)
    : sessionBlocks(labelEnds, ts, recipe.folds);
}

/** The first row of each session: rows that share a stamp are one session of a pool. */
function sessionStarts(ts: Float64Array): number[] {
  return Array.from(ts.keys()).filter((row) => row === 0 || ts[row] !== ts[row - 1]);
}

/**
 * Divides rows into contiguous test blocks of whole sessions, of equal length give or take one. Each
 * is learnt for from every row whose label had ended when its first bar opened, and from every row
 * after the last of its labels ended.
 *
 * @param ends - when each of n labels ends, epoch milliseconds UTC; a row with NaN never trains
 * @param ts - open of each of the n rows' bars, ascending; rows of a session may share it
 * @param blocks - a whole number of at least 2
 * @throws InputError if there are fewer sessions than blocks, or a block has no row to train on
 */
export function sessionBlocks(ends: Float64Array, ts: Float64Array, blocks: number): Fold[] {
  const starts = sessionStarts(ts);
  if (!Number.isInteger(blocks) || blocks < 2 || starts.length < blocks)
    throw new InputError(
      `"${starts.length}" sessions are divided into "${blocks}" blocks; it needs at least "2", and ` +
        `a session for each`,
      { sessions: starts.length, blocks },
    );
  const boundary = (k: number): number =>
    starts[Math.floor((k * starts.length) / blocks)] ?? ts.length;
  return Array.from({ length: blocks }, (_, k) => {
    const testStart = boundary(k);
    const testEnd = boundary(k + 1);
    const lastEnd = ends.subarray(testStart, testEnd).reduce((a, b) => Math.max(a, b), -Infinity);
    const train = Int32Array.from(ts.keys()).filter(
      (row) => ends[row] <= ts[testStart] || (row >= testEnd && ts[row] >= lastEnd),
    );
    if (train.length === 0)
      throw new InputError(
        `block "${k + 1}" of "${blocks}" over "${starts.length}" sessions has no row to train on; ` +
          `ask for fewer folds, a shorter horizon or more rows`,
        { block: k + 1, blocks, sessions: starts.length },
      );
    return { train, testStart, testEnd };
  });
}

/**
 * Divides rows into forward-chained folds: contiguous test blocks of whole sessions, of equal length
 * (give or take one), over the last 1 − `initialShare` of the sessions, each preceded by every earlier
 * row whose label had ended when the block's first bar opened. Rows of one symbol are sessions of one
 * row each.
 *
 * Purging goes by the time a label ends, not by a count of rows: sessions may be missing. What a model
 * of one block says of it knows no label of that block nor of a later one; so whatever a fold learns
 * from such opinions of earlier blocks knows nothing of its own test block either.
 *
 * @param ends - when each of n labels ends, epoch milliseconds UTC; a row with NaN never trains
 * @param ts - open of each of the n rows' bars, ascending; rows of a session share it
 * @param options - folds, a whole number of at least 1; initialShare, a fraction in (0, 1)
 * @throws InputError if an option is out of bounds, or a fold has no row to test or to train on
 * @see quant.md 1.3: folds that also learn from later rows invert the labels of a small window;
 *   docs/decisions/0031-honest-pools.md
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
  const starts = sessionStarts(ts);
  const first = firstTestedSession(starts.length, options);
  const boundary = (k: number): number =>
    starts[first + Math.floor((k * (starts.length - first)) / folds)] ?? n;
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

/** Index of the first session that a fold tests: of those before it there is no out-of-fold opinion. */
export function firstTestedSession(
  sessions: number,
  { initialShare }: Pick<FoldOptions, 'initialShare'>,
): number {
  return Math.round(sessions * initialShare);
}
