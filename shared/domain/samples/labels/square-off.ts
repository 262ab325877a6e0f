import type { EpochMs, TradingDay } from '../../../contracts/time.ts';
import type { Session } from '../../market/calendar/calendar.ts';
import { dayStart } from '../../market/calendar/exchange-time.ts';

const minuteMs = 60_000;
/** First day of the closing auction: brokers end intraday positions earlier from then on. */
const auctionsFrom = '2026-08-03' as TradingDay;

/**
 * When brokers close what is held intraday: at 15:10, at 15:00 since the closing auction, and as long
 * before the close where a session ends at another hour than the usual one.
 *
 * @returns the latest moment an intraday position may be sold, epoch milliseconds UTC
 * @see quant.md 2.11
 */
export function squareOff({ day, open, close }: Session): EpochMs {
  const [lead, hour] = day < auctionsFrom ? [20, 15 * 60 + 10] : [15, 15 * 60];
  const beforeClose = close - lead * minuteMs;
  const usual = dayStart(day) + hour * minuteMs;
  // An evening session opens after the usual hour.
  return (open < usual ? Math.min(usual, beforeClose) : beforeClose) as EpochMs;
}
