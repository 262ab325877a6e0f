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
  /** Penalty on the squares of what leaves add; absent for none. */
  readonly l2?: number;
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

/** Recipes by what a window holds: one symbol, a universe, or one symbol on top of a universe. */
export const recipeNames = ['symbol', 'pooled', 'residual'] as const;
export type RecipeName = (typeof recipeNames)[number];

/** Where windows lie: window k begins `k · step` after the anchor, k may be negative. */
export interface Grid {
  /** Calendar days, or sessions of the exchange. */
  readonly unit: 'days' | 'sessions';
  /** Length of a window, in units. */
  readonly length: number;
  /** From the start of one window to the next, in units. */
  readonly step: number;
  /** The day window 0 starts; counted in sessions, the first one from this day on. */
  readonly anchor: TradingDay;
}

/** What a row is labelled by; costs are in basis points of the entry price. */
export type LabelOptions =
  /** 1 where the return of `horizon` bars pays for a round trip. */
  | { readonly kind: 'parity'; readonly costBps: number }
  /** The same within one session; the last bars of a session have no label. */
  | { readonly kind: 'intraday'; readonly costBps: number }
  /** 1 where the return exceeds that day's median of the pool. */
  | { readonly kind: 'relative' };

/** How much a row counts in a fit. */
export interface WeightOptions {
  /** Sessions after which a row counts half; absent where all count alike. */
  readonly halfLifeSessions?: number;
}

/** Every option that a window's models depend on; a named, versioned set. All of it enters the key. */
export interface Recipe {
  readonly name: RecipeName;
  readonly version: number;
  readonly grid: Grid;
  /** Bars a label looks ahead, from the open after the row's bar. */
  readonly horizon: number;
  readonly label: LabelOptions;
  readonly weights: WeightOptions;
  /** Name of the feature set. */
  readonly features: string;
  /** Families of the set that are left out. */
  readonly without: readonly string[];
  /** Calendar months, from January on, whose features are computed together; divides 12. */
  readonly blockMonths: number;
  /** Bars before such a block from which recursive indicators start. */
  readonly warmupBars: number;
  /** Bars that must exist up to and including a row's own for the row to count. */
  readonly readyBars: number;
  /** Labelled rows a window needs. */
  readonly minimumRows: number;
  /** Labelled rows that each class needs. */
  readonly minimumClassRows: number;
  /** Sessions and symbols that a pooled window needs; absent where a window holds one symbol. */
  readonly minimumPool?: { readonly sessions: number; readonly symbols: number };
  /** Share of the expected bars a window needs, a fraction. */
  readonly minimumCoverage: number;
  /** Inner folds. */
  readonly folds: number;
  /** `forward`: they learn from earlier rows only; `blocks` of sessions: from later ones as well. */
  readonly foldScheme: 'forward' | 'blocks';
  /** Share of the rows that only ever train, before the first forward fold; 0 for blocks. */
  readonly initialShare: number;
  readonly teacher: TreeOptions;
  readonly student: StudentOptions;
}

/** Where a window's fits run; chosen by the plan, part of the key. */
export type Engine = 'cpu' | 'gpu';
