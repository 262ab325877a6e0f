import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { dayOf, dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';

/** `HH:MM` of a day at the exchange. */
export function exchangeMoment(day: TradingDay, time: string): EpochMs {
  const [hours, minutes] = time.split(':').map(Number);
  return (dayStart(day) + (hours * 60 + minutes) * 60_000) as EpochMs;
}

/** The calendar day at the exchange when it is `ms`. */
export function exchangeDay(ms: number): TradingDay {
  return dayOf(ms);
}
