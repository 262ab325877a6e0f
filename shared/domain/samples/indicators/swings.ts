import type { Bars } from '../../market/bars/bars.ts';
import { dayNumberOf } from '../../market/calendar/exchange-time.ts';

/**
 * The latest swing high that each bar knows of: a high above the `reach` before it and not below the
 * `reach` after it. It becomes known `reach` bars later, never at its own bar.
 *
 * @param high - n highs
 * @param reach - bars to either side, at least 1
 * @returns n indices of swings at least `reach` bars back; −1 before the first is confirmed
 * @see Williams, Trading Chaos (1995), fractals
 */
export function swingHighs(high: Float64Array, reach: number): Int32Array {
  const swings = new Int32Array(high.length).fill(-1);
  for (let i = 2 * reach; i < high.length; i++)
    swings[i] = isSwing(high, i - reach, reach) ? i - reach : swings[i - 1];
  return swings;
}

/** As `swingHighs`, of lows. */
export function swingLows(low: Float64Array, reach: number): Int32Array {
  return swingHighs(
    low.map((price) => -price),
    reach,
  );
}

function isSwing(values: Float64Array, place: number, reach: number): boolean {
  for (let k = 1; k <= reach; k++)
    if (values[place - k] >= values[place] || values[place + k] > values[place]) return false;
  return true;
}

/** Longer bars of a series, and how many of them each bar knows whole. */
export interface LongerBars {
  /** m weeks, or half hours, with a bar in them, the last perhaps unfinished. */
  readonly high: Float64Array;
  readonly low: Float64Array;
  /** Of each of n bars: those that ended before its own. */
  readonly completed: Int32Array;
}

/**
 * Gathers bars into weeks from Monday to Sunday at the exchange.
 *
 * A week counts as whole once a bar of a later one exists: which session is its last, only a
 * calendar would know at its close.
 */
export function weeksOf(bars: Pick<Bars, 'ts' | 'high' | 'low'>): LongerBars {
  // Day 0 was a Thursday.
  return longerBars(bars, (ts) => Math.floor((dayNumberOf(ts) + 3) / 7));
}

const quarterHourMs = 900_000;
const halfHourMs = 1_800_000;

/** Gathers bars into half hours from 09:15 on; one counts as whole as a week does. */
export function halfHoursOf(bars: Pick<Bars, 'ts' | 'high' | 'low'>): LongerBars {
  // Midnight at the exchange is 18:30 UTC, so half hours of a day begin at :00 and :30 of both clocks.
  return longerBars(bars, (ts) => Math.floor((ts - quarterHourMs) / halfHourMs));
}

function longerBars(
  bars: Pick<Bars, 'ts' | 'high' | 'low'>,
  periodOf: (ts: number) => number,
): LongerBars {
  const completed = new Int32Array(bars.ts.length);
  const high: number[] = [];
  const low: number[] = [];
  let period = NaN;
  for (let i = 0; i < bars.ts.length; i++) {
    const found = periodOf(bars.ts[i]);
    if (found !== period) {
      high.push(-Infinity);
      low.push(Infinity);
      period = found;
    }
    const last = high.length - 1;
    high[last] = Math.max(high[last], bars.high[i]);
    low[last] = Math.min(low[last], bars.low[i]);
    completed[i] = last;
  }
  return { high: Float64Array.from(high), low: Float64Array.from(low), completed };
}
