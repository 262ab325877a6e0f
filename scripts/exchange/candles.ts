import {
  addDays,
  type EpochMs,
  type Interval,
  type TradingDay,
} from '../../shared/contracts/time.ts';
import { aggregatedBars } from '../../shared/domain/market/bars/aggregated-bars.ts';
import { barAt, type Bars, type OneBar } from '../../shared/domain/market/bars/bars.ts';
import type { Calendar, Session } from '../../shared/domain/market/calendar/calendar.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { intervalMs } from '../../shared/domain/market/calendar/interval.ts';
import { pickedBars } from '../../shared/domain/market/bars/merged-bars.ts';
import type { SimulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { inTicks } from '../../shared/domain/market/simulated/minutes.ts';
import type { FaultChoice } from './faults.ts';

/** One bar as a vendor keeps it. */
export interface Candle extends OneBar {
  readonly ts: number;
}

/** What a caller may see. */
export interface CandleQuery {
  readonly symbol: string;
  readonly interval: Interval;
  /** Both inclusive, by the bars' stamps. */
  readonly from: number;
  readonly to: number;
  /** When it is asked. */
  readonly now: EpochMs;
  /** The latest of them, where there are more. */
  readonly most: number;
}

/** The vendor: what the exchange traded, less what its faults did to it. */
export interface Vendor {
  readonly calendar: Calendar;
  readonly exchange: SimulatedExchange;
  readonly faults: FaultChoice;
  readonly unfinishedBar: boolean;
  /** When a late day was first asked for. */
  readonly firstAsked: Map<string, TradingDay>;
}

/** The candles of a query, ascending. */
export function candles(vendor: Vendor, query: CandleQuery): Candle[] {
  const { calendar } = vendor;
  const { from, to, now, most } = query;
  const last = dayOf(Math.min(to, now));
  const first = dayOf(from);
  const start = first < calendar.from ? calendar.from : first;
  const end = last < calendar.to ? addDays(last, 1) : calendar.to;
  if (start >= end) return [];
  const days: Candle[][] = [];
  let rows = 0;
  // Newest first, no further than the cap: what is cut off need not be made.
  for (const day of calendar.sessions(start, end).toReversed()) {
    if (rows >= most) break;
    const ofDay = candlesOfDay(vendor, query, day).filter(({ ts }) => ts >= from && ts <= to);
    days.push(ofDay);
    rows += ofDay.length;
  }
  return days.toReversed().flat().slice(-most);
}

function candlesOfDay(vendor: Vendor, query: CandleQuery, day: TradingDay): Candle[] {
  const { symbol, interval } = query;
  const has = (fault: Parameters<FaultChoice['befalls']>[0]): boolean =>
    vendor.faults.befalls(fault, symbol, interval, day);
  if (has('missing-day') || (has('late-day') && isLate(vendor, query, day))) return [];
  const bars = barsSoFar(vendor, query, day);
  const rows = Array.from(bars.ts, (ts, i) => ({ ts, ...barAt(bars, i) }));
  if (has('negative-volume') && rows.length > 0) {
    const row = rows[Math.floor(rows.length / 2)];
    rows[rows.indexOf(row)] = { ...row, volume: -row.volume };
  }
  return has('missing-open') ? rows.slice(1) : rows;
}

/** Whether a late day is still awaited: it comes on another day than it was first asked for. */
function isLate({ firstAsked }: Vendor, { symbol, interval, now }: CandleQuery, day: TradingDay) {
  const key = `${symbol} ${interval} ${day}`;
  const today = dayOf(now);
  const first = firstAsked.get(key) ?? today;
  firstAsked.set(key, first);
  return first === today;
}

/** A day's bars; while it is traded, those that have begun. */
export function barsSoFar(
  { exchange, unfinishedBar }: Pick<Vendor, 'exchange' | 'unfinishedBar'>,
  { symbol, interval, now }: Pick<CandleQuery, 'symbol' | 'interval' | 'now'>,
  day: TradingDay,
): Bars {
  const session = exchange.session(symbol, day);
  if (session === undefined || now >= (interval === '1d' ? session.finalAt : session.close))
    return exchange.bars(symbol, interval, day, addDays(day, 1));
  const traded = aggregatedBars(minutesSoFar(exchange.minutes(symbol, day), now), interval);
  if (unfinishedBar) return traded;
  const isDone = (ts: number): boolean => endOf(ts, interval, session) <= now;
  return pickedBars(
    traded,
    [...traded.ts.keys()].filter((i) => isDone(traded.ts[i])),
  );
}

function endOf(ts: number, interval: Interval, { finalAt }: Session): number {
  return interval === '1d' ? finalAt : ts + intervalMs[interval];
}

/** The minutes that have begun, the last one as far as it went. */
function minutesSoFar(minutes: Bars, now: EpochMs): Bars {
  const begun = pickedBars(
    minutes,
    [...minutes.ts.keys()].filter((i) => minutes.ts[i] < now),
  );
  const last = begun.ts.length - 1;
  const share = last < 0 ? 1 : (now - begun.ts[last]) / intervalMs['1m'];
  if (share >= 1) return begun;
  const { open, close, volume } = barAt(begun, last);
  const soFar = inTicks(open + (close - open) * share);
  const cut = {
    open,
    high: Math.max(open, soFar),
    low: Math.min(open, soFar),
    close: soFar,
    volume: Math.max(1, Math.floor(volume * share)),
  };
  const column = (name: keyof OneBar): Float64Array => begun[name].with(last, cut[name]);
  return {
    ...begun,
    high: column('high'),
    low: column('low'),
    close: column('close'),
    volume: column('volume'),
  };
}
