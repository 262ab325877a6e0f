import type { EpochMs, TradingDay } from '../../../contracts/time.ts';

/** UTC+05:30 all year: India keeps no summer time. The runtime's test holds it against date-fns-tz. */
const offsetMs = 19_800_000;

/** 00:00 of `day` at the exchange; the stamp of a daily bar. */
export function dayStart(day: TradingDay): EpochMs {
  return (Date.parse(`${day}T00:00:00Z`) - offsetMs) as EpochMs;
}

/** The day asked for last: rows come in time, and writing a date costs more than all else of it. */
const latest = { number: NaN, day: '' as TradingDay };

/** The calendar day at the exchange when it is `ts`. */
export function dayOf(ts: number): TradingDay {
  const number = dayNumberOf(ts);
  if (number !== latest.number) {
    latest.day = exchangeIso(ts).slice(0, 10) as TradingDay;
    latest.number = number;
  }
  return latest.day;
}

/** Days from 1970-01-01, a Thursday, to the calendar day at the exchange when it is `ts`. */
export function dayNumberOf(ts: number): number {
  return Math.floor((ts + offsetMs) / 86_400_000);
}

/** The wall clock at the exchange, `HH:MM`. */
export function clockOf(ts: number): string {
  return exchangeIso(ts).slice(11, 16);
}

/** `YYYY-MM-DDTHH:MM:SS.sss` by the exchange's wall clock, without a zone. */
export function exchangeIso(ts: number): string {
  return new Date(ts + offsetMs).toISOString().slice(0, -1);
}
