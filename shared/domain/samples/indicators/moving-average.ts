/**
 * Averages the last `lookback` values.
 *
 * Each window is summed afresh: a running sum is faster but makes a value depend, in its last bits,
 * on where the series starts.
 *
 * @param values - n values
 * @param lookback - values averaged, at least 1
 * @returns n averages; NaN for the first `lookback` − 1
 * @see TA-Lib 0.8.1, SMA
 */
export function sma(values: Float64Array, lookback: number): Float64Array {
  const averages = new Float64Array(values.length).fill(NaN);
  for (let i = lookback - 1; i < values.length; i++) {
    let sum = 0;
    for (let j = i - lookback + 1; j <= i; j++) sum += values[j];
    averages[i] = sum / lookback;
  }
  return averages;
}

/**
 * Averages exponentially with k = 2 / (`lookback` + 1), starting from the mean of the first values.
 *
 * @param values - n values, finite from `from` on
 * @param lookback - values in the seed, at least 1
 * @param from - index of the first value used; TA-Lib starts MACD's fast average late
 * @returns n averages; NaN before index `from` + `lookback` − 1
 * @see TA-Lib 0.8.1, EMA (default compatibility: seeded by the SMA)
 */
export function ema(values: Float64Array, lookback: number, from = 0): Float64Array {
  const averages = new Float64Array(values.length).fill(NaN);
  const first = from + lookback - 1;
  if (first >= values.length) return averages;
  let sum = 0;
  for (let i = from; i <= first; i++) sum += values[i];
  let average = sum / lookback;
  averages[first] = average;
  const k = 2 / (lookback + 1);
  for (let i = first + 1; i < values.length; i++) {
    average += k * (values[i] - average);
    averages[i] = average;
  }
  return averages;
}
