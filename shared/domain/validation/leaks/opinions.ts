import type { SampleSet } from '../../samples/sample-set.ts';
import type { FoldRows } from '../../training/cross-fit.ts';

/** Whose opinions a control judges. */
export const models = ['teacher', 'student', 'teacher out-of-fold', 'student out-of-fold'] as const;
export type Model = (typeof models)[number];

/** n rows of one symbol that one model judged, in time, of one window. */
export interface Opinions {
  readonly model: Model;
  readonly symbol: string;
  /** Index of the window in the grid, from 0. */
  readonly window: number;
  readonly ts: Float64Array;
  readonly labels: Int8Array;
  /** NaN where the model says nothing. */
  readonly probabilities: Float64Array;
  /** Rows that each block of rows begins with whose label overlaps with those learnt from. */
  readonly blockStarts: Int32Array;
}

/** What a model said of rows: of a pool those of all members, in time and then by member. */
export interface SaidRows extends Pick<SampleSet, 'ts' | 'labels' | 'symbols'> {
  readonly probabilities: Float64Array;
  /** Stamps of the first session of each block. */
  readonly blocks: readonly number[];
}

/**
 * Opinions of each symbol by itself.
 *
 * @param own - the symbol of rows that are of one
 */
export function opinionsOf(
  model: Model,
  { own, window }: { readonly own: string; readonly window: number },
  { ts, labels, symbols, probabilities, blocks }: SaidRows,
): Opinions[] {
  const names = symbols?.names ?? [own];
  return names.map((symbol, index) => {
    const rows = Int32Array.from(ts.keys()).filter(
      (row) => symbols === undefined || symbols.of[row] === index,
    );
    const stamps = Float64Array.from(rows, (row) => ts[row]);
    return {
      model,
      symbol,
      window,
      ts: stamps,
      labels: Int8Array.from(rows, (row) => labels[row]),
      probabilities: Float64Array.from(rows, (row) => probabilities[row]),
      blockStarts: Int32Array.from(blocks, (block) => stamps.findIndex((stamp) => stamp >= block)),
    };
  });
}

/** Stamps with which each fold's test block begins: the blocks lie at the end, one after the other. */
export function blockStamps(folds: readonly FoldRows[], ts: Float64Array): number[] {
  let start = ts.length - folds.reduce((sum, { testRows }) => sum + testRows, 0);
  return folds.map(({ testRows }) => {
    start += testRows;
    return ts[start - testRows];
  });
}
