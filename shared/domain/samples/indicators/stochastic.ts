import { highestAt, lowestAt } from './extremes.ts';
import type { Ranges } from './true-range.ts';

/**
 * Where the close stands between the lowest low and the highest high of the last bars, fast %K.
 *
 * @param bars - n bars
 * @param lookback - bars in the window, at least 1
 * @returns n values in [0, 100]; NaN for the first `lookback` − 1 bars, and where the window has no
 *   range (0 / 0, where TA-Lib writes 0 as it does for a close at the low)
 * @see TA-Lib 0.8.1, STOCHF
 */
export function stochastic(bars: Ranges, lookback: number): Float64Array {
  const { high, low, close } = bars;
  const tops = highestAt(high, lookback);
  const bottoms = lowestAt(low, lookback);
  return close.map((price, i) => {
    if (tops[i] < 0) return NaN;
    const bottom = low[bottoms[i]];
    const range = high[tops[i]] - bottom;
    return range > 0 ? (100 * (price - bottom)) / range : NaN;
  });
}
