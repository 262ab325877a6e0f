import type { Bars } from '../../market/bars/bars.ts';

/**
 * How far a price moves a bar, of what was known at each close: the standard deviation of the last
 * `lookback` log returns, dividends credited on their ex-dates.
 *
 * Each window is summed anew: a running sum would leave a crumb where prices stand still, and a
 * crumb is a unit.
 *
 * @param bars - n bars of one symbol and interval, ascending
 * @param lookback - returns, at least 2
 * @returns n values; NaN for the first `lookback` bars
 */
export function barrierUnit({ close, cash }: Bars, lookback: number): Float64Array {
  const returns = close.map((value, t) =>
    t === 0 ? NaN : Math.log((value + (cash?.[t] ?? 0)) / close[t - 1]),
  );
  return close.map((_, t) => (t < lookback ? NaN : deviation(returns, t + 1 - lookback, t + 1)));
}

/** Sample standard deviation of `[start, end)`. */
function deviation(values: Float64Array, start: number, end: number): number {
  let mean = 0;
  for (let i = start; i < end; i++) mean += values[i] / (end - start);
  let squares = 0;
  for (let i = start; i < end; i++) squares += (values[i] - mean) ** 2;
  return Math.sqrt(squares / (end - start - 1));
}
