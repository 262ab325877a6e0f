import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Matrix } from '../samples/matrix.ts';
import { logLoss } from '../validation/metrics.ts';
import type { Booster, FitProgress } from './booster.ts';
import { crossFit, type FoldSetup } from './cross-fit.ts';

/** Features that are permuted together: alone, each is stood in for by the others of its kind. */
export interface PermutedFamily {
  readonly family: string;
  /** Indices of its columns. */
  readonly columns: readonly number[];
}

/** How families are permuted. */
export interface PermutationOptions {
  readonly families: readonly PermutedFamily[];
  /** Permutations of each test block, at least 1; the mean of them counts. Default 5. */
  readonly repeats: number;
  /** An integer. Default 1. */
  readonly seed: number;
}

/** What models of inner folds lose where a family tells them nothing. */
export interface PermutedLoss {
  /** Rows of test blocks. */
  readonly rows: number;
  /** Of these rows as they are, uncalibrated, in nats a row. */
  readonly logLoss: number;
  /** In the order of the families asked: what the loss rises by, nats a row; about 0 for nothing. */
  readonly increases: readonly number[];
  /** n probabilities of label 1 as the folds said them; NaN outside of test blocks. */
  readonly outOfFold: Float64Array;
}

/**
 * Measures what each family is worth to models that have not seen the rows: every fold is fitted as
 * it was for the model, then its test block is predicted with the family's columns shuffled together
 * over the block's rows, other columns left in place.
 *
 * @returns progress after each round of the folds' fits; in the end the losses
 * @throws LaneError if memory or the device fails
 * @see Breiman, Random Forests, Machine Learning 45 (2001), § 10; Gregorutti et al. (2015): groups
 */
export function* permutedLoss(
  booster: Booster,
  setup: FoldSetup,
  { families, repeats, seed }: PermutationOptions,
): Generator<FitProgress, PermutedLoss, void> {
  const { labels } = setup.rows;
  const generator = xoroshiro128plus(seed);
  const sums = families.map(() => 0);
  let judged = 0;
  const crossed = crossFit(booster, setup, ({ fold, block, predict }) => {
    const own = labels.subarray(fold.testStart, fold.testEnd);
    const usual = logLoss(own, predict(block));
    judged += block.rows;
    for (let repeat = 0; repeat < repeats; repeat++) {
      // The same for every family, so that they are compared on the same luck.
      const order = shuffled(block.rows, (below) => uniformInt(generator, 0, below));
      for (const [k, { columns }] of families.entries()) {
        const rise = logLoss(own, predict(permuted(block, columns, order))) - usual;
        sums[k] += (rise * block.rows) / repeats;
      }
    }
  });
  const outOfFold = yield* crossed;
  return {
    rows: judged,
    logLoss: logLoss(labels, outOfFold),
    increases: sums.map((sum) => sum / judged),
    outOfFold,
  };
}

/** A block whose rows have swapped some of their columns, all of these in the same order. */
function permuted(block: Matrix, columns: readonly number[], order: Uint32Array): Matrix {
  const values = block.values.slice();
  for (const column of columns) {
    const start = column * block.rows;
    for (const [row, from] of order.entries()) values[start + row] = block.values[start + from];
  }
  return { ...block, values };
}

/** @see Durstenfeld, Algorithm 235, CACM 7 (1964) */
function shuffled(rows: number, upTo: (below: number) => number): Uint32Array {
  const order = Uint32Array.from({ length: rows }, (_, row) => row);
  for (let row = rows - 1; row > 0; row--) {
    const other = upTo(row);
    [order[row], order[other]] = [order[other], order[row]];
  }
  return order;
}
