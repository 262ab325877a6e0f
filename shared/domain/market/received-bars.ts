import { addDays, type Interval } from '../../contracts/time.ts';
import { barAt, barFault, type Bars } from './bars.ts';
import type { Calendar } from './calendar.ts';
import { clockOf, dayOf, dayStart, exchangeIso } from './exchange-time.ts';
import { intervalMs } from './interval.ts';
import { pickedBars } from './merged-bars.ts';

/** What is wrong with one row. */
export interface RowFault {
  /** Index into the columns that were received. */
  readonly row: number;
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
export function judgedBars(received: Bars, calendar: Calendar): JudgedBars {
  const faults: RowFault[] = [];
  const sound: number[] = [];
  let auctionRows = 0;
  let latest = -Infinity;
  for (let row = 0; row < received.ts.length; row++) {
    const ts = received.ts[row];
    const place = ts > latest ? placeOf(ts, received.interval, calendar) : undefined;
    const message =
      place === undefined
        ? `"${exchangeIso(ts).slice(0, 16)}" does not come after the bar before it`
        : (place.fault ?? barFault(barAt(received, row)));
    latest = Math.max(latest, ts);
    if (message !== undefined) faults.push({ row, message });
    else if (place?.auction === true) auctionRows++;
    else sound.push(row);
  }
  return { bars: pickedBars(received, sound), faults, auctionRows };
}

/** Where the time of a bar falls: in trading where neither field is set. */
interface Place {
  readonly fault?: string;
  readonly auction?: true;
}

const inTrading: Place = {};
const inAuction: Place = { auction: true };

function placeOf(ts: number, interval: Interval, calendar: Calendar): Place {
  const day = dayOf(ts);
  if (!calendar.covers(day))
    return {
      fault:
        `"${day}" lies outside the calendar, which covers "${calendar.from}" to ` +
        `"${addDays(calendar.to, -1)}"; leave such bars out`,
    };
  const session = calendar.session(day);
  if (session === undefined) return { fault: `the exchange was closed on "${day}"` };
  if (interval === '1d')
    return ts === dayStart(day)
      ? inTrading
      : { fault: `a daily bar is stamped "00:00" at the exchange, not "${clockOf(ts)}"` };
  const span = session.spans.find(({ start, end }) => ts >= start && ts < end);
  if (span !== undefined)
    return (ts - span.start) % intervalMs[interval] === 0
      ? inTrading
      : { fault: `no bar of "${interval}" opens at "${exchangeIso(ts).slice(11, 19)}"` };
  if (ts >= session.close && ts < session.finalAt) return inAuction;
  const hours = session.spans.map(({ start, end }) => `"${clockOf(start)}" to "${clockOf(end)}"`);
  return { fault: `"${clockOf(ts)}" lies outside the session of "${day}", ${hours.join(' and ')}` };
}
