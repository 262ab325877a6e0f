import { DataError } from '../../../contracts/errors.ts';
import type { Interval } from '../../../contracts/time.ts';

/** Bars of one symbol and interval as columns of n values, ascending in time. */
export interface Bars {
  readonly symbol: string;
  readonly interval: Interval;
  /** Open of each bar, epoch milliseconds UTC; a daily bar is stamped 00:00 at the exchange. */
  readonly ts: Float64Array;
  /** Rupees a share. */
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Shares traded. */
  readonly volume: Float64Array;
  /** Dividends a share that go ex at each bar, on the scale of the prices; absent where none do. */
  readonly cash?: Float64Array;
}

/** Column names of bars, in the order they are stored and digested. */
export const barColumns = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;

/** One bar's numbers. */
export interface OneBar {
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/**
 * Says what is wrong with one bar, or nothing.
 *
 * @returns the fault in words, e.g. `high "9.5" is below low "10"`; undefined for a sound bar
 */
export function barFault(bar: OneBar): string | undefined {
  const { open, high, low, close, volume } = bar;
  for (const [name, value] of Object.entries(bar))
    if (!Number.isFinite(value)) return `${name} "${value}" is not a number`;
  if (low <= 0) return `low "${low}" is not a price above zero`;
  if (high < low) return `high "${high}" is below low "${low}"`;
  if (open > high || open < low) return `open "${open}" lies outside "${low}" to "${high}"`;
  if (close > high || close < low) return `close "${close}" lies outside "${low}" to "${high}"`;
  if (volume < 0) return `volume "${volume}" is negative`;
  return undefined;
}

/**
 * Checks columns once, at the door, so that nothing downstream looks again.
 *
 * @returns the same columns
 * @throws DataError if lengths differ, time does not ascend, or a bar is unsound
 */
export function checkedBars(bars: Bars): Bars {
  const n = bars.ts.length;
  for (const column of barColumns)
    if (bars[column].length !== n)
      throw new DataError(
        `bars of "${bars.symbol}" have "${n}" times but "${bars[column].length}" values of ${column}`,
      );
  for (let i = 0; i < n; i++) {
    const at = (): string => `bar "${i}" of "${bars.symbol}" at "${isoOf(bars.ts[i])}"`;
    if (i > 0 && !(bars.ts[i] > bars.ts[i - 1]))
      throw new DataError(`${at()} does not come after the bar before it`);
    const fault = barFault(barAt(bars, i));
    if (fault !== undefined) throw new DataError(`${at()}: ${fault}`);
  }
  return bars;
}

/**
 * The bars `[start, end)` by index, as columns of their own: a thread is sent these and no more.
 *
 * @param start - first index, inclusive
 * @param end - last index, exclusive
 */
export function sliceBars(bars: Bars, start: number, end: number): Bars {
  return {
    symbol: bars.symbol,
    interval: bars.interval,
    ts: bars.ts.slice(start, end),
    open: bars.open.slice(start, end),
    high: bars.high.slice(start, end),
    low: bars.low.slice(start, end),
    close: bars.close.slice(start, end),
    volume: bars.volume.slice(start, end),
    ...(bars.cash === undefined ? {} : { cash: bars.cash.slice(start, end) }),
  };
}

/** Index of the first bar at or after `ts`; n where there is none. */
export function firstAtOrAfter(bars: Bars, ts: number): number {
  let low = 0;
  let high = bars.ts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (bars.ts[middle] < ts) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The numbers of bar `i`. */
export function barAt(bars: Omit<Bars, 'symbol' | 'interval' | 'cash'>, i: number): OneBar {
  return {
    open: bars.open[i],
    high: bars.high[i],
    low: bars.low[i],
    close: bars.close[i],
    volume: bars.volume[i],
  };
}

function isoOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms);
}
