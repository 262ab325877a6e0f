import type { TradingDay } from './time.ts';

/** How the trees of a LightGBM model are grown. */
export interface TreeOptions {
  /** Leaves a tree, at least 2. */
  readonly leaves: number;
  /** Boosting rounds. */
  readonly trees: number;
  /** Rows a leaf, at least. */
  readonly minimumLeafRows: number;
  /** Shrinkage a round, in (0, 1]. */
  readonly learningRate: number;
  readonly seed: number;
}

/**
 * How much of a student's target is the teacher's out-of-fold opinion and not the label: a share in
 * (0, 1]; `hard` none; `auto` none unless that opinion informs, and then what scores best.
 */
export type StudentMix = 'auto' | 'hard' | number;

/** How a student is distilled from its teacher. */
export interface StudentOptions extends TreeOptions {
  readonly mix: StudentMix;
  /** Shares and temperatures that `auto` tries; a given share tries the temperatures. */
  readonly shares: readonly number[];
  readonly temperatures: readonly number[];
}

/** Every option that a window's models depend on; a named, versioned set. All of it enters the key. */
export interface Recipe {
  readonly name: 'symbol';
  readonly version: number;
  /** Length of a window in calendar days. */
  readonly windowDays: number;
  /** From the start of one window to the next, in calendar days. */
  readonly stepDays: number;
  /** The day window 0 starts; the grid reaches back and forth from it. */
  readonly anchor: TradingDay;
  /** Bars a label looks ahead, from the open after the row's bar. */
  readonly horizon: number;
  /** Round-trip cost that a gain must exceed to be labelled 1, in basis points of the entry price. */
  readonly costBps: number;
  /** Name of the feature set. */
  readonly features: string;
  /** Bars before the window from which recursive indicators start. */
  readonly warmupBars: number;
  /** Bars that must exist up to and including a row's own for the row to count. */
  readonly readyBars: number;
  /** Labelled rows a window needs. */
  readonly minimumRows: number;
  /** Labelled rows that each class needs. */
  readonly minimumClassRows: number;
  /** Share of the expected bars a window needs, a fraction. */
  readonly minimumCoverage: number;
  /** Forward-chained inner folds. */
  readonly folds: number;
  /** Share of the rows that only ever train, before the first fold's test block; a fraction. */
  readonly initialShare: number;
  readonly teacher: TreeOptions;
  readonly student: StudentOptions;
}

/** Where a window's fits run; chosen by the plan, part of the key. */
export type Engine = 'cpu' | 'gpu';
