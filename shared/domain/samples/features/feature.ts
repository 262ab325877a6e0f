import type { Bars } from '../../market/bars.ts';

/** One number a bar, known at the bar's close and the same whatever the price level. */
export interface Feature {
  readonly name: string;
  /** Raised when the definition changes; enters the key of every sample set. */
  readonly version: number;
  /**
   * Bars until the first value, its own included: the first `lookback` − 1 values are NaN. Recursive
   * features go on converging after it, which is what a recipe's `warmupBars` are for.
   */
  readonly lookback: number;
  /**
   * @param bars - n bars
   * @returns n values; NaN during the warm-up and wherever the definition divides 0 by 0
   */
  compute(bars: Bars): Float64Array;
}
