import type { Bars } from '../../market/bars/bars.ts';

/** The columns of bars that ranges are made of. */
export type Ranges = Pick<Bars, 'high' | 'low' | 'close'>;

/**
 * The span of each bar, stretched to the close before it.
 *
 * @param bars - n bars
 * @returns n values in rupees; NaN for bar 0, which has no close before it
 * @see TA-Lib 0.8.1, TRANGE
 */
export function trueRange({ high, low, close }: Ranges): Float64Array {
  const ranges = new Float64Array(close.length).fill(NaN);
  for (let i = 1; i < close.length; i++)
    ranges[i] = Math.max(high[i], close[i - 1]) - Math.min(low[i], close[i - 1]);
  return ranges;
}

/**
 * Wilder's average of true ranges, starting from the mean of the first `lookback`.
 *
 * @param bars - n bars
 * @param lookback - ranges in the seed, at least 1
 * @returns n values in rupees; NaN for the first `lookback` bars
 * @see TA-Lib 0.8.1, ATR; Wilder (1978)
 */
export function atr(bars: Ranges, lookback: number): Float64Array {
  const ranges = trueRange(bars);
  const averages = new Float64Array(ranges.length).fill(NaN);
  let average = 0;
  for (let i = 1; i < ranges.length; i++) {
    average =
      i <= lookback
        ? average + ranges[i] / lookback
        : (average * (lookback - 1) + ranges[i]) / lookback;
    if (i >= lookback) averages[i] = average;
  }
  return averages;
}
