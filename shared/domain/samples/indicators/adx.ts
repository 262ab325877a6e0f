import { trueRange, type Ranges } from './true-range.ts';

/**
 * Wilder's average directional index: how one-sided the moves of high and low have been.
 *
 * DX is averaged from its first `lookback` values on. A bar whose DX is undefined (no range, or no
 * move either way so far) counts as 0 in the seed and is passed over later.
 *
 * @param bars - n bars
 * @param lookback - bars smoothed over, at least 2
 * @returns n values in [0, 100]; NaN for the first 2 · `lookback` − 1 bars, and until a DX has been
 *   defined (where TA-Lib writes 0)
 * @see TA-Lib 0.8.1, ADX; Wilder (1978)
 */
export function adx(bars: Ranges, lookback: number): Float64Array {
  const { plus, minus, range } = directionalSums(bars, lookback);
  const averages = new Float64Array(range.length).fill(NaN);
  let average = 0;
  let isDefined = false;
  for (let i = lookback; i < range.length; i++) {
    const moves = plus[i] + minus[i];
    const isDirected = range[i] > 0 && moves > 0;
    const dx = isDirected ? (100 * Math.abs(plus[i] - minus[i])) / moves : 0;
    isDefined ||= isDirected;
    if (i < 2 * lookback) average += dx / lookback;
    else if (isDirected) average = (average * (lookback - 1) + dx) / lookback;
    if (i >= 2 * lookback - 1 && isDefined) averages[i] = average;
  }
  return averages;
}

/** Wilder's directional indicators: two columns of n values in [0, 100]. */
export interface DirectionalIndicators {
  /** +DI, the upward share of the range. */
  readonly plus: Float64Array;
  /** −DI, the downward share. */
  readonly minus: Float64Array;
}

/**
 * The share of the range that highs above and lows below the bar before account for.
 *
 * @param bars - n bars
 * @param lookback - bars smoothed over, at least 2
 * @returns two columns; NaN for the first `lookback` bars, and where there has been no range (0 / 0,
 *   where TA-Lib writes 0)
 * @see TA-Lib 0.8.1, PLUS_DI and MINUS_DI; Wilder (1978)
 */
export function directionalIndicators(bars: Ranges, lookback: number): DirectionalIndicators {
  const { plus, minus, range } = directionalSums(bars, lookback);
  const share = (sums: Float64Array): Float64Array =>
    sums.map((sum, i) => (i < lookback ? NaN : (100 * sum) / range[i]));
  return { plus: share(plus), minus: share(minus) };
}

/**
 * Directional moves and true ranges as sums smoothed as S − S / `lookback` + x, begun by the plain
 * sum of the first `lookback` − 1.
 */
function directionalSums(bars: Ranges, lookback: number) {
  const { high, low } = bars;
  const ranges = trueRange(bars);
  const n = ranges.length;
  const sums = {
    plus: new Float64Array(n),
    minus: new Float64Array(n),
    range: new Float64Array(n),
  };
  for (let i = 1; i < n; i++) {
    const kept = i < lookback ? 1 : (lookback - 1) / lookback;
    const up = high[i] - high[i - 1];
    const down = low[i - 1] - low[i];
    sums.plus[i] = sums.plus[i - 1] * kept + (up > down && up > 0 ? up : 0);
    sums.minus[i] = sums.minus[i - 1] * kept + (down > up && down > 0 ? down : 0);
    sums.range[i] = sums.range[i - 1] * kept + ranges[i];
  }
  return sums;
}
