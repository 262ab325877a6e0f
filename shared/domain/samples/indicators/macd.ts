import { ema } from './moving-average.ts';

/** Moving average convergence and divergence: three columns of n values in the unit of the price. */
export interface Macd {
  /** Fast average less slow average. */
  readonly line: Float64Array;
  /** Average of the line. */
  readonly signal: Float64Array;
  /** Line less signal. */
  readonly histogram: Float64Array;
}

/**
 * Computes MACD as TA-Lib does: both averages have their first value at bar `slow` − 1, so the fast
 * one is seeded on the `fast` bars that end there, not on the first ones.
 *
 * @param values - n prices
 * @param fast - lookback of the fast average, less than `slow`
 * @param slow - lookback of the slow average
 * @param smoothing - lookback of the signal
 * @returns three columns; NaN for the first `slow` + `smoothing` − 2 bars, the line's too
 * @see TA-Lib 0.8.1, MACD
 */
export function macd(values: Float64Array, fast: number, slow: number, smoothing: number): Macd {
  const fastAverage = ema(values, fast, slow - fast);
  const slowAverage = ema(values, slow);
  const line = fastAverage.map((average, i) => average - slowAverage[i]);
  const signal = ema(line, smoothing, slow - 1);
  line.fill(NaN, 0, slow + smoothing - 2);
  return { line, signal, histogram: line.map((value, i) => value - signal[i]) };
}
