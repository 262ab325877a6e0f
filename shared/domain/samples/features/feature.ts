import type { Bars } from '../../market/bars/bars.ts';

/** What features are about: the unit in which a set is trimmed and its worth compared. */
export type FeatureFamily =
  'returns' | 'trend' | 'oscillators' | 'volatility' | 'volume' | 'context' | 'calendar' | 'levels';

/**
 * What the market did at each of a symbol's bars: columns of n values aligned with them, NaN where
 * unknown. Each value is known at its bar's close.
 */
export interface MarketContext {
  /** Log return of the universe's index over the session; the median name's where it has none. */
  readonly indexReturn: Float64Array;
  /** Share of members whose close is above their mean of 50 sessions, in [0, 1]. */
  readonly breadth: Float64Array;
  /** Standard deviation of the members' log returns of the session. */
  readonly dispersion: Float64Array;
  /** Mean log return of the symbol's sector, itself included; NaN where the sector is unknown. */
  readonly sectorReturn: Float64Array;
  /** Rank of the symbol's return of 60 sessions among the members, in [0, 1]. */
  readonly momentumRank: Float64Array;
  /** Rank of the symbol's return of 5 sessions among the members, in [0, 1]. */
  readonly reversalRank: Float64Array;
}

/** What features are computed from. */
export interface FeatureInput {
  /** n bars of one symbol. */
  readonly bars: Bars;
  /** Absent where the symbol stands alone. */
  readonly context?: MarketContext;
  /** Start of its first day of trading, epoch milliseconds UTC; absent where unknown. */
  readonly listedTs?: number;
}

/** One number a bar, known at the bar's close and the same whatever the price level. */
export interface Feature {
  readonly name: string;
  readonly family: FeatureFamily;
  /** Raised when the definition changes; enters the key of every sample set. */
  readonly version: number;
  /**
   * Bars until the first value, its own included: the first `lookback` − 1 values are NaN. Recursive
   * features go on converging after it, which is what a recipe's `warmupBars` are for.
   */
  readonly lookback: number;
  /** Whether it reads the market context; without one its values are NaN. */
  readonly needsContext: boolean;
  /**
   * @param input - n bars and, where there is one, their context
   * @returns n values; NaN during the warm-up, without the context it needs, and wherever the
   *   definition divides 0 by 0
   */
  compute(input: FeatureInput): Float64Array;
}
