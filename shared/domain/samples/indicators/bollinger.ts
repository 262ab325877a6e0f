import { sma } from './moving-average.ts';

/** A band around a moving average: two columns of n values in the unit of the price. */
export interface Band {
  readonly upper: Float64Array;
  readonly lower: Float64Array;
}

/**
 * The population standard deviation of the last `lookback` values.
 *
 * Deviations are taken from the window's last value first, so that a window of equal values has
 * exactly 0 and not the rounding of their mean.
 *
 * @param values - n values
 * @param lookback - values in the window, at least 1
 * @returns n deviations in the unit of the values; NaN for the first `lookback` − 1
 * @see TA-Lib 0.8.1, STDDEV
 */
export function standardDeviation(values: Float64Array, lookback: number): Float64Array {
  const deviations = new Float64Array(values.length).fill(NaN);
  for (let i = lookback - 1; i < values.length; i++) {
    let sum = 0;
    for (let j = i - lookback + 1; j <= i; j++) sum += values[j] - values[i];
    const mean = sum / lookback;
    let squares = 0;
    for (let j = i - lookback + 1; j <= i; j++) squares += (values[j] - values[i] - mean) ** 2;
    deviations[i] = Math.sqrt(squares / lookback);
  }
  return deviations;
}

/**
 * Bollinger's band: the moving average plus and minus `width` population standard deviations.
 *
 * @param values - n prices
 * @param lookback - bars in the window, at least 1
 * @param width - deviations to either side
 * @returns two columns; NaN for the first `lookback` − 1 bars
 * @see TA-Lib 0.8.1, BBANDS
 */
export function bollinger(values: Float64Array, lookback: number, width: number): Band {
  const middle = sma(values, lookback);
  const deviation = standardDeviation(values, lookback);
  return {
    upper: middle.map((average, i) => average + width * deviation[i]),
    lower: middle.map((average, i) => average - width * deviation[i]),
  };
}
