import type { Recipe } from '../../contracts/recipe.ts';
import type { Bars } from '../market/bars/bars.ts';
import {
  blockFeatures,
  featureColumns,
  inputWithin,
  writeRows,
  type FeatureColumns,
} from './feature-blocks.ts';
import type { FeatureInput } from './features/feature.ts';
import type { LabelColumns } from './labels/label-columns.ts';
import type { Matrix } from './matrix.ts';
import { recipeFeatures } from './recipes.ts';
import { dailyLabels } from './symbol-labels.ts';

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

/** n samples in time, then by symbol, each with its label and when that became known. */
export interface SampleSet {
  /** n rows × m features, float32. */
  readonly matrix: Matrix;
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** 1 or 0 as the recipe's label says, −1 unknown. */
  readonly labels: Int8Array;
  /** Fractions before costs; NaN unknown. */
  readonly forwardReturns: Float64Array;
  /** Epoch milliseconds UTC; NaN unknown. */
  readonly labelEnds: Float64Array;
  /** Whose row each is; absent where all are of one symbol. */
  readonly symbols?: SymbolColumn;
}

/** The symbol of each of n rows. */
export interface SymbolColumn {
  readonly names: readonly string[];
  /** Indices into the names. */
  readonly of: Int32Array;
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

/** What is known of a window's bars besides themselves. */
export interface BarFacts extends Omit<FeatureInput, 'bars'> {
  /** What follows each of the bars; absent where the recipe's daily label does. */
  readonly labels?: LabelColumns;
  /** Features of the rows asked for, at least; absent where they are yet to be computed. */
  readonly columns?: FeatureColumns;
}

/**
 * Features and labels of the given rows.
 *
 * @param bars - bars that begin at the `warmupStart` of the first row, or before it
 * @param rows - n indices into `bars`, ascending
 * @throws InputError if the recipe's feature set is unknown or its horizon out of bounds
 */
export function sampleSet(
  bars: Bars,
  rows: Int32Array,
  recipe: Recipe,
  { labels: known, ...facts }: BarFacts = {},
): SampleSet {
  const { labels, returns, ends } = known ?? dailyLabels(bars, recipe);
  return {
    matrix: featureMatrix([{ ...facts, bars, rows }], recipe),
    ts: picked(bars.ts, rows),
    labels: Int8Array.from(rows, (row) => labels[row]),
    forwardReturns: picked(returns, rows),
    labelEnds: picked(ends, rows),
  };
}

/** Rows of one symbol: which of its bars they are, and where they stand in the matrix. */
export interface SymbolRows extends FeatureInput, Pick<BarFacts, 'columns'> {
  /** Indices into the bars, ascending. */
  readonly rows: Int32Array;
  /** Rows of the matrix; absent where the symbol's rows are all there are. */
  readonly at?: Int32Array;
}

/** Features of the rows of one or more symbols, in float32. */
export function featureMatrix(symbols: readonly SymbolRows[], recipe: Recipe): Matrix {
  const n = symbols.reduce((sum, { rows }) => sum + rows.length, 0);
  const features = recipeFeatures(recipe).map(({ name }) => name);
  const matrix = { rows: n, features, values: new Float32Array(n * features.length) };
  for (const { rows, at, columns, ...input } of symbols)
    writeRows(columns ?? columnsNow(input, rows, recipe), rows, matrix, (i) =>
      at === undefined ? i : at[i],
    );
  return matrix;
}

/** Computes the features of the blocks that rows lie in. */
function columnsNow(input: FeatureInput, rows: Int32Array, recipe: Recipe): FeatureColumns {
  const { blockMonths, warmupBars } = recipe;
  const features = recipeFeatures(recipe);
  const range = { start: rows[0] ?? 0, end: (rows.at(-1) ?? -1) + 1 };
  return featureColumns(input.bars, range, { blockMonths, warmupBars, features }, (block) =>
    blockFeatures(inputWithin(input, { start: block.warmup, end: block.end }), block, features),
  );
}

function rowsWhere(ts: Float64Array, isChosen: (ts: number, row: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < ts.length; row++) if (isChosen(ts[row], row)) rows.push(row);
  return Int32Array.from(rows);
}

function picked(column: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => column[row]);
}
