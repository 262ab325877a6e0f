import { addDays, type Interval } from '../../../contracts/time.ts';
import { barAt, barFault, type Bars } from './bars.ts';
import type { Calendar, InstrumentClass } from '../calendar/calendar.ts';
import { clockOf, dayOf, dayStart, exchangeIso } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';
import { pickedBars } from './merged-bars.ts';

/** Why a row stays out: its numbers, its time, or another row of the same time or a later one. */
export type RowRule = 'unsound-bar' | 'outside-session' | 'duplicate';

/** What is wrong with one row. */
export interface RowFault {
  /** Index into the columns that were received. */
  readonly row: number;
  readonly rule: RowRule;
  readonly message: string;
}

/** What a source sent, judged. */
export interface JudgedBars {
  /** The sound rows. */
  readonly bars: Bars;
  readonly faults: readonly RowFault[];
  /** Rows of closing auctions, neither stored nor faulty: padding and the auction's print. */
  readonly auctionRows: number;
}

/**
 * Judges bars as a source sent them: order, prices, and whether the exchange traded at that time.
 *
 * @param received - columns of n numbers, of which nothing is believed yet
 */
export function judgedBars(
  received: Bars,
  calendar: Calendar,
  instrumentClass: InstrumentClass = 'derivatives',
): JudgedBars {
  const faults: RowFault[] = [];
  const sound: number[] = [];
  let auctionRows = 0;
  let latest = -Infinity;
  for (let row = 0; row < received.ts.length; row++) {
    const ts = received.ts[row];
    const place =
      ts > latest ? placeOf(ts, received.interval, calendar, instrumentClass) : outOfOrder(ts);
    const unsound = place.fault === undefined ? barFault(barAt(received, row)) : undefined;
    latest = Math.max(latest, ts);
    if (place.fault !== undefined) faults.push({ row, ...place.fault });
    else if (unsound !== undefined) faults.push({ row, rule: 'unsound-bar', message: unsound });
    else if (place.auction === true) auctionRows++;
    else sound.push(row);
  }
  return { bars: pickedBars(received, sound), faults, auctionRows };
}

/** Where the time of a bar falls: in trading where neither field is set. */
interface Place {
  readonly fault?: Omit<RowFault, 'row'>;
  readonly auction?: true;
}

const inTrading: Place = {};
const inAuction: Place = { auction: true };

function outOfOrder(ts: number): Place {
  const message = `"${exchangeIso(ts).slice(0, 16)}" does not come after the bar before it`;
  return { fault: { rule: 'duplicate', message } };
}

function outside(message: string): Place {
  return { fault: { rule: 'outside-session', message } };
}

function placeOf(
  ts: number,
  interval: Interval,
  calendar: Calendar,
  instrumentClass: InstrumentClass,
): Place {
  const day = dayOf(ts);
  if (!calendar.covers(day))
    return outside(
      `"${day}" lies outside the calendar, which covers "${calendar.from}" to ` +
        `"${addDays(calendar.to, -1)}"; leave such bars out`,
    );
  const session = calendar.session(day, instrumentClass);
  if (session === undefined) return outside(`the exchange was closed on "${day}"`);
  if (interval === '1d')
    return ts === dayStart(day)
      ? inTrading
      : outside(`a daily bar is stamped "00:00" at the exchange, not "${clockOf(ts)}"`);
  const span = session.spans.find(({ start, end }) => ts >= start && ts < end);
  if (span !== undefined)
    return (ts - span.start) % intervalMs[interval] === 0
      ? inTrading
      : outside(`no bar of "${interval}" opens at "${exchangeIso(ts).slice(11, 19)}"`);
  if (ts >= session.close && ts < session.finalAt) return inAuction;
  const hours = session.spans.map(({ start, end }) => `"${clockOf(start)}" to "${clockOf(end)}"`);
  return outside(`"${clockOf(ts)}" lies outside the session of "${day}", ${hours.join(' and ')}`);
}
