import type { Recipe } from '../../../../contracts/recipe.ts';
import type { WindowSpan } from '../../../samples/sample-set.ts';
import type { FoldRows } from '../../../training/cross-fit.ts';

/** What lies in the store of one window: the n rows a model learnt from, and those it was judged on. */
export interface StoredRows {
  readonly span: WindowSpan;
  readonly foldScheme: Recipe['foldScheme'];
  /** In time; sessions of a pool have rows of several symbols. */
  readonly training: {
    readonly ts: Float64Array;
    readonly labelEnd: Float64Array;
    /** Out-of-fold; NaN where there is none. */
    readonly probability: Float64Array;
  };
  readonly folds: readonly FoldRows[];
  /** Stamps of the judged rows. */
  readonly judged: Float64Array;
}

/** Rows that were looked at, and how many of them should not be. */
export interface RowCounts {
  readonly trained: number;
  /** Whose label ends after the decision, or is unknown. */
  readonly late: number;
  /** Of before the window, or of after the decision. */
  readonly outside: number;
  readonly judged: number;
  /** Of a session that trained, too. */
  readonly judgedTrained: number;
  /** Of before the decision day, or of after the evaluation span. */
  readonly judgedOutside: number;
}

/** Rows that folds learnt from, counted again from when labels end. */
export interface PurgeCounts {
  /** Rows that all folds learnt from. */
  readonly learnt: number;
  /** More of them than had a label that was over when their test block began. */
  readonly overlapping: number;
  /** Rows on the same side of a test block that were left out for their labels. */
  readonly purged: number;
  /** Rows with an out-of-fold opinion outside of a test block, or without one inside. */
  readonly misplaced: number;
}

/** Counts what a window's stored rows say of themselves. */
export function rowCounts({ span, training, judged }: StoredRows): RowCounts {
  const { ts, labelEnd } = training;
  const sessions = new Set(ts);
  return {
    trained: ts.length,
    // An unknown end is NaN, which is never less.
    late: count(labelEnd, (end) => !(end < span.decisionEndTs)),
    outside: count(ts, (stamp) => stamp < span.fromTs || stamp >= span.decisionEndTs),
    judged: judged.length,
    judgedTrained: count(judged, (stamp) => sessions.has(stamp)),
    judgedOutside: count(
      judged,
      (stamp) => stamp < span.evaluateFromTs || stamp >= span.evaluateToTs,
    ),
  };
}

/**
 * Counts again what each fold may have learnt from. The counts are taken from the rows themselves and
 * not from the code that divides them.
 */
export function purgeCounts({ foldScheme, training, folds }: StoredRows): PurgeCounts {
  const { ts, labelEnd, probability } = training;
  const tested = folds.reduce((sum, { testRows }) => sum + testRows, 0);
  let start = ts.length - tested;
  let [learnt, overlapping, purged, misplaced] = [0, 0, 0, 0];
  misplaced += count(probability.subarray(0, start), (p) => !Number.isNaN(p));
  for (const { trainRows, testRows } of folds) {
    const end = start + testRows;
    const lastEnd = labelEnd.subarray(start, end).reduce((a, b) => Math.max(a, b), -Infinity);
    const before = count(labelEnd.subarray(0, start), (stamp) => stamp <= ts[start]);
    const both = foldScheme === 'blocks';
    const after = both ? count(ts.subarray(end), (stamp) => stamp >= lastEnd) : 0;
    learnt += trainRows;
    overlapping += Math.max(0, trainRows - before - after);
    purged += start - before + (both ? ts.length - end - after : 0);
    misplaced += count(probability.subarray(start, end), Number.isNaN);
    start = end;
  }
  return { learnt, overlapping, purged, misplaced };
}

function count(column: Float64Array, isCounted: (value: number) => boolean): number {
  return column.reduce((sum, value) => sum + Number(isCounted(value)), 0);
}
