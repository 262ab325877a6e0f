import { InputError } from '../../contracts/errors.ts';
import type { Bars } from '../market/bars/bars.ts';

/**
 * What buying at the next open and selling `horizon` opens later returns, before costs. A dividend
 * belongs to whoever held the share at the close before its ex-date: it counts after the buying open,
 * up to and with the selling one.
 *
 * @param bars - n bars of one symbol and interval, ascending
 * @param horizon - bars from the buying open to the selling one, a whole number of at least 1
 * @returns n fractions: (open[t + 1 + horizon] + dividends) / open[t + 1] − 1; NaN for the last `horizon` + 1 bars
 * @throws InputError if `horizon` is out of bounds
 */
export function forwardReturns(bars: Bars, horizon: number): Float64Array {
  const { open, cash } = bars;
  const sold = soldAt(horizon);
  return open.map((_, t) =>
    sold(t) < open.length
      ? (open[sold(t)] + paid(cash, t + 2, sold(t) + 1)) / open[t + 1] - 1
      : NaN,
  );
}

/**
 * Labels each bar by whether buying at the next open and selling `horizon` opens later pays for a
 * round trip.
 *
 * @param bars - n bars of one symbol and interval, ascending
 * @param horizon - bars from the buying open to the selling one, a whole number of at least 1
 * @param costBps - round-trip cost in basis points of the entry price (10 is 0.10 %)
 * @returns n labels: 1 pays, 0 does not, −1 unknown (the last `horizon` + 1 bars)
 * @throws InputError if `horizon` is out of bounds
 * @see López de Prado, Advances in Financial Machine Learning (2018), § 3.2
 */
export function forwardReturnLabels(bars: Bars, horizon: number, costBps: number): Int8Array {
  const cost = costBps / 10_000;
  return Int8Array.from(forwardReturns(bars, horizon), (value) =>
    Number.isNaN(value) ? -1 : Number(value > cost),
  );
}

/**
 * When each label ends: at the open of the bar it sells at.
 *
 * @param bars - n bars of one symbol and interval, ascending
 * @param horizon - bars from the buying open to the selling one, a whole number of at least 1
 * @returns n stamps, epoch milliseconds UTC; NaN for the last `horizon` + 1 bars
 * @throws InputError if `horizon` is out of bounds
 */
export function labelEnds(bars: Bars, horizon: number): Float64Array {
  const sold = soldAt(horizon);
  return bars.ts.map((_, t) => bars.ts[sold(t)] ?? NaN);
}

/** The bar at whose open a label decided at the close of bar t ends. */
function soldAt(horizon: number): (t: number) => number {
  if (!Number.isInteger(horizon) || horizon < 1)
    throw new InputError(`a label looks "${horizon}" bars ahead; it needs at least "1"`, {
      horizon,
    });
  return (t) => t + 1 + horizon;
}

/** Rupees that go ex at bars `[start, end)`. */
function paid(cash: Float64Array | undefined, start: number, end: number): number {
  return cash === undefined ? 0 : cash.subarray(start, end).reduce((sum, value) => sum + value, 0);
}
