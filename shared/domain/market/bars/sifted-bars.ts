import type { EpochMs, Interval } from '../../../contracts/time.ts';
import { barAt, barColumns, type Bars } from './bars.ts';
import type { Calendar, InstrumentClass } from '../calendar/calendar.ts';
import { dayOf, exchangeIso } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';
import { columnsOf } from './merged-bars.ts';
import type { QuarantinedBar } from './quarantine.ts';
import { judgedBars } from './received-bars.ts';

/** An answer of a source, taken apart: every row of it is in exactly one of these. */
export interface SiftedBars {
  /** Sound bars of trading, ascending. */
  readonly bars: Bars;
  /** Rows set aside with their reason, as received; ascending, those without a time last. */
  readonly quarantined: readonly QuarantinedBar[];
  /** Rows of closing auctions: padding and the auction's print. Neither stored nor faulty. */
  readonly auctionRows: number;
  /** Rows of bars that were not over when they were received. To be asked for again. */
  readonly unfinishedRows: number;
}

/**
 * Takes apart what a source answered, in whatever order it came: bars to store, rows to set aside.
 *
 * One bad row costs that row and no other. Of rows that say the same of the same time, one stands;
 * where they differ nobody knows which is right, and all are set aside.
 *
 * @param received - columns of n numbers, of which nothing is believed yet
 * @param finalUntil - bars that end later may still change
 * @param instrumentClass - whose hours the bars keep
 */
export function siftedBars(
  received: Bars,
  calendar: Calendar,
  finalUntil: EpochMs,
  instrumentClass: InstrumentClass = 'derivatives',
): SiftedBars {
  const quarantined: QuarantinedBar[] = [];
  const setAside = (row: number, reason: string): void => {
    quarantined.push({ ts: received.ts[row], ...barAt(received, row), reason });
  };
  const rows: number[] = [];
  let unfinishedRows = 0;
  const hasEnded = (ts: number): boolean =>
    endOf(ts, received.interval, calendar, instrumentClass) <= finalUntil;
  for (const same of rowsByTime(received.ts)) {
    const [row, ...others] = same;
    const ts = received.ts[row];
    if (Number.isNaN(ts)) for (const one of same) setAside(one, 'its time cannot be read');
    else if (!hasEnded(ts)) unfinishedRows += same.length;
    else if (others.every((other) => isSame(received, row, other))) {
      rows.push(row);
      for (const other of others) setAside(other, `repeats the bar of "${minuteOf(ts)}"`);
    } else
      for (const one of same)
        setAside(one, `one of "${same.length}" that differ at "${minuteOf(ts)}"`);
  }
  const ordered: Bars = {
    symbol: received.symbol,
    interval: received.interval,
    ...columnsOf((name) => Float64Array.from(rows, (row) => received[name][row])),
  };
  const { bars, faults, auctionRows } = judgedBars(ordered, calendar, instrumentClass);
  for (const { row, message } of faults) setAside(rows[row], message);
  // A stable sort: those without a time stay behind, as they were.
  quarantined.sort((a, b) => inOrder(a.ts, b.ts));
  return { bars, quarantined, auctionRows, unfinishedRows };
}

/** Rows grouped by their time, ascending; those without a time last. */
function rowsByTime(ts: Float64Array): Iterable<number[]> {
  const groups = Map.groupBy(ts.keys(), (row) => ts[row]);
  return [...groups].sort(([a], [b]) => inOrder(a, b)).map(([, rows]) => rows);
}

function inOrder(a: number, b: number): number {
  return (Number.isNaN(a) ? Infinity : a) - (Number.isNaN(b) ? Infinity : b) || 0;
}

/** When a bar is over: a daily one after the closing auction. */
function endOf(
  ts: number,
  interval: Interval,
  calendar: Calendar,
  instrumentClass: InstrumentClass,
): number {
  if (interval !== '1d') return ts + intervalMs[interval];
  const day = dayOf(ts);
  const session = calendar.covers(day) ? calendar.session(day, instrumentClass) : undefined;
  return session?.finalAt ?? ts + intervalMs['1d'];
}

function isSame(bars: Bars, a: number, b: number): boolean {
  return barColumns.every((name) => bars[name][a] === bars[name][b]);
}

function minuteOf(ts: number): string {
  return exchangeIso(ts).slice(0, 16);
}
