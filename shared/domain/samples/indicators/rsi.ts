/**
 * Wilder's relative strength index: the share of gains in gains and losses, each smoothed.
 *
 * @param values - n prices
 * @param lookback - differences in the seed, at least 1
 * @returns n values in [0, 100]; NaN for the first `lookback`, and while no price has ever moved
 *   (0 / 0, where TA-Lib writes 0 as it does for a price that only falls)
 * @see TA-Lib 0.8.1, RSI; Wilder, New Concepts in Technical Trading Systems (1978)
 */
export function rsi(values: Float64Array, lookback: number): Float64Array {
  const strengths = new Float64Array(values.length).fill(NaN);
  let gain = 0;
  let loss = 0;
  for (let i = 1; i < values.length; i++) {
    const change = values[i] - values[i - 1];
    const kept = i <= lookback ? 1 : (lookback - 1) / lookback;
    gain = gain * kept + Math.max(change, 0) / lookback;
    loss = loss * kept + Math.max(-change, 0) / lookback;
    if (i >= lookback) strengths[i] = (100 * gain) / (gain + loss);
  }
  return strengths;
}
