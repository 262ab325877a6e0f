import type { Recipe } from '../../contracts/recipe.ts';
import { firstAtOrAfter, type Bars } from '../market/bars.ts';
import { featureSet } from './features.ts';
import { forwardReturnLabels, forwardReturns, labelEnds } from './labels.ts';
import type { Matrix } from './matrix.ts';

/** Where a window trains and where it is judged; all in epoch milliseconds UTC. */
export interface WindowSpan {
  /** Start of the window's first day, inclusive. */
  readonly fromTs: number;
  /** End of the decision day at the exchange, exclusive: nothing that ends later is known. */
  readonly decisionEndTs: number;
  /** Start of the decision day, inclusive: the first row that is predicted and traded. */
  readonly evaluateFromTs: number;
  /** Start of the next decision day, exclusive. */
  readonly evaluateToTs: number;
}

/** n samples of one symbol in time, each with its label and when that became known. */
export interface SampleSet {
  /** n rows × m features, float32. */
  readonly matrix: Matrix;
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** 1 pays, 0 does not, −1 unknown. */
  readonly labels: Int8Array;
  /** Fractions before costs; NaN unknown. */
  readonly forwardReturns: Float64Array;
  /** Epoch milliseconds UTC; NaN unknown. */
  readonly labelEnds: Float64Array;
}

/**
 * Where the bars of a window begin, so that recursive indicators always start on the same bar.
 *
 * @param bars - the whole series
 * @param fromTs - start of the window, epoch milliseconds UTC
 * @param warmupBars - bars before the window, at least the recipe's `readyBars` − 1 or rows that are
 *   ready in the series would not be in the window's slice
 * @returns index of the bar `warmupBars` before the window's first; 0 where there are fewer
 */
export function warmupStart(bars: Bars, fromTs: number, warmupBars: number): number {
  return Math.max(0, firstAtOrAfter(bars, fromTs) - warmupBars);
}

/**
 * The rows a window's teacher may learn from: in the window, ready, and with a label that had ended
 * by the close of the decision day. The same bars are chosen from the whole series and from a slice
 * of it that begins at `warmupStart`.
 *
 * @param labelled - stamps of n bars and when their labels end
 * @param readyBars - bars that must exist up to and including a row's own
 * @returns indices into the n bars, ascending
 */
export function trainingRows(
  labelled: Pick<SampleSet, 'ts' | 'labelEnds'>,
  span: WindowSpan,
  readyBars: number,
): Int32Array {
  // An unknown end is NaN, which is never less.
  return rowsWhere(
    labelled.ts,
    (ts, row) =>
      ts >= span.fromTs && row >= readyBars - 1 && labelled.labelEnds[row] < span.decisionEndTs,
  );
}

/**
 * The rows a window's teacher is judged on, their labels ended or not.
 *
 * @param ts - stamps of n bars, epoch milliseconds UTC
 * @returns indices into the n bars, ascending
 */
export function evaluationRows(ts: Float64Array, span: WindowSpan): Int32Array {
  return rowsWhere(ts, (stamp) => stamp >= span.evaluateFromTs && stamp < span.evaluateToTs);
}

/**
 * Computes features and labels of the given rows.
 *
 * @param bars - bars that begin at the window's `warmupStart`: where they begin is where recursive
 *   features are seeded
 * @param rows - n indices into `bars`, ascending
 * @throws InputError if the recipe's feature set is unknown or its horizon out of bounds
 */
export function sampleSet(bars: Bars, rows: Int32Array, recipe: Recipe): SampleSet {
  const n = rows.length;
  const features = featureSet(recipe.features);
  const values = new Float32Array(n * features.length);
  features.forEach((feature, j) => {
    const column = feature.compute(bars);
    for (let i = 0; i < n; i++) values[j * n + i] = column[rows[i]];
  });
  const labels = forwardReturnLabels(bars, recipe.horizon, recipe.costBps);
  return {
    matrix: { rows: n, features: features.map(({ name }) => name), values },
    ts: picked(bars.ts, rows),
    labels: Int8Array.from(rows, (row) => labels[row]),
    forwardReturns: picked(forwardReturns(bars, recipe.horizon), rows),
    labelEnds: picked(labelEnds(bars, recipe.horizon), rows),
  };
}

function rowsWhere(ts: Float64Array, isChosen: (ts: number, row: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < ts.length; row++) if (isChosen(ts[row], row)) rows.push(row);
  return Int32Array.from(rows);
}

function picked(column: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row]);
}
