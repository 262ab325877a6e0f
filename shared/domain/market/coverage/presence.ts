import type { GapReason } from '../../../contracts/gaps.ts';
import {
  addDays,
  daysBetween,
  type EpochMs,
  type Interval,
  type TradingDay,
} from '../../../contracts/time.ts';
import { dayOf, dayStart } from '../calendar/exchange-time.ts';

/** Bars of each calendar day from `from` on; neither end is without bars, unless there are none. */
export interface DayCounts {
  readonly from: TradingDay;
  readonly bars: readonly number[];
}

/** An answer of a source that held nothing where something was expected. */
export interface EmptyAnswer {
  /** Days that were asked for, half-open. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly reason: GapReason;
  readonly askedAt: EpochMs;
}

/** What is known of a series without reading its bars. */
export interface SeriesPresence {
  readonly interval: Interval;
  readonly days: DayCounts;
  /** Rows set aside, by day, ascending. */
  readonly quarantined: readonly QuarantinedDay[];
  readonly answers: readonly EmptyAnswer[];
  /** Bars that were superseded by later ones. */
  readonly revisions: number;
}

/** How many rows of a day are set aside. */
export interface QuarantinedDay {
  readonly day: TradingDay;
  readonly bars: number;
}

/**
 * Counts bars by calendar day.
 *
 * @param ts - n opens, ascending, n > 0
 */
export function dayCounts(ts: Float64Array): DayCounts {
  const from = dayOf(ts[0]);
  const bars: number[] = [];
  let offset = 0;
  let nextMidnight = -Infinity;
  for (let i = 0; i < ts.length; i++) {
    if (ts[i] >= nextMidnight) {
      const day = dayOf(ts[i]);
      offset = daysBetween(from, day);
      nextMidnight = dayStart(addDays(day, 1));
      while (bars.length <= offset) bars.push(0);
    }
    bars[offset]++;
  }
  return { from, bars };
}

/** The counts of two sets of bars that share no time. */
export function summedDays(one: DayCounts, other: DayCounts): DayCounts {
  return joinedDays(one, other, (a, b) => a + b);
}

/** What is known of a series that does not exist. */
export function unknownPresence(interval: Interval): SeriesPresence {
  const days = { from: '1970-01-01' as TradingDay, bars: [] };
  return { interval, days, quarantined: [], answers: [], revisions: 0 };
}

/**
 * What is known of several series of one symbol and interval: a day has the bars of the series that
 * has most of them.
 *
 * @param all - at least one
 */
export function combinedPresence(all: readonly SeriesPresence[]): SeriesPresence {
  if (all.length === 1) return all[0];
  const quarantined = new Map<TradingDay, number>();
  for (const { day, bars } of all.flatMap((one) => one.quarantined))
    quarantined.set(day, Math.max(bars, quarantined.get(day) ?? 0));
  return {
    interval: all[0].interval,
    days: all
      .map(({ days }) => days)
      .reduce((one, other) => joinedDays(one, other, (a, b) => Math.max(a, b))),
    quarantined: Array.from(quarantined, ([day, bars]) => ({ day, bars })),
    answers: all.flatMap(({ answers }) => answers),
    revisions: all.reduce((sum, { revisions }) => sum + revisions, 0),
  };
}

function joinedDays(
  one: DayCounts,
  other: DayCounts,
  join: (one: number, other: number) => number,
): DayCounts {
  if (one.bars.length === 0) return other;
  if (other.bars.length === 0) return one;
  const from = one.from < other.from ? one.from : other.from;
  const before = [one, other].map((days) => daysBetween(from, days.from));
  const length = Math.max(before[0] + one.bars.length, before[1] + other.bars.length);
  const bars = Array.from({ length }, (_, day) =>
    join(one.bars[day - before[0]] ?? 0, other.bars[day - before[1]] ?? 0),
  );
  return { from, bars };
}
