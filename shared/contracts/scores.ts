import type { Detail } from './outcome.ts';
import type { RecipeName } from './recipe.ts';
import type { Interval, TradingDay } from './time.ts';

/** Why a symbol has no score for the next session; closed. */
export const exclusionReasons = [
  'no-bars',
  'no-model',
  'listing',
  'unconfirmed-action',
  'band-hit',
  'low-turnover',
] as const;
export type ExclusionReason = (typeof exclusionReasons)[number];

/** What a student says of a symbol's next session. */
export interface ScoredSymbol {
  readonly symbol: string;
  /** From 1, the highest score. */
  readonly rank: number;
  /** Probability of label 1, as the recipe labels. */
  readonly score: number;
  /** Window of the model, and the day it was decided. */
  readonly window: string;
  readonly decisionDay: TradingDay;
  readonly ageSessions: number;
  /** Whether the model serves longer than its evaluation span, for want of the next. */
  readonly stale: boolean;
  /** The run whose plan has it. */
  readonly run: string;
}

/** A symbol that nobody should act on. */
export interface ExcludedSymbol {
  readonly symbol: string;
  readonly reason: ExclusionReason;
  readonly detail: Detail;
}

/** `scores.json` of a run: the next session's scores. */
export interface SessionScores {
  readonly schema: 1;
  readonly runId: string;
  readonly asOf: TradingDay;
  /** The session that they are for. */
  readonly session: TradingDay;
  readonly recipe: RecipeName;
  readonly interval: Interval;
  /** Bars that the label looks ahead. */
  readonly horizon: number;
  /** Rupees a day below which a symbol is left out. */
  readonly minimumTurnover: number;
  /** By rank. */
  readonly scores: readonly ScoredSymbol[];
  /** In order of the alphabet. */
  readonly excluded: readonly ExcludedSymbol[];
}
