import { trueRange, type Ranges } from './true-range.ts';

/**
 * Wilder's average directional index: how one-sided the moves of high and low have been.
 *
 * Directional moves and true ranges are sums smoothed as S − S / `lookback` + x, begun by the plain
 * sum of the first `lookback` − 1; DX is averaged from its first `lookback` values on. A bar whose
 * DX is undefined (no range, or no move either way so far) counts as 0 in the seed and is passed
 * over later.
 *
 * @param bars - n bars
 * @param lookback - bars smoothed over, at least 2
 * @returns n values in [0, 100]; NaN for the first 2 · `lookback` − 1 bars, and until a DX has been
 *   defined (where TA-Lib writes 0)
 * @see TA-Lib 0.8.1, ADX; Wilder (1978)
 */
export function adx(bars: Ranges, lookback: number): Float64Array {
  const { high, low } = bars;
  const ranges = trueRange(bars);
  const averages = new Float64Array(ranges.length).fill(NaN);
  let plus = 0;
  let minus = 0;
  let range = 0;
  let average = 0;
  let isDefined = false;
  for (let i = 1; i < ranges.length; i++) {
    const kept = i < lookback ? 1 : (lookback - 1) / lookback;
    const up = high[i] - high[i - 1];
    const down = low[i - 1] - low[i];
    plus = plus * kept + (up > down && up > 0 ? up : 0);
    minus = minus * kept + (down > up && down > 0 ? down : 0);
    range = range * kept + ranges[i];
    if (i < lookback) continue;
    const isDirected = range > 0 && plus + minus > 0;
    const dx = isDirected ? (100 * Math.abs(plus - minus)) / (plus + minus) : 0;
    isDefined ||= isDirected;
    if (i < 2 * lookback) average += dx / lookback;
    else if (isDirected) average = (average * (lookback - 1) + dx) / lookback;
    if (i >= 2 * lookback - 1 && isDefined) averages[i] = average;
  }
  return averages;
}
