import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { aggregatedBars } from '../../shared/domain/market/bars/aggregated-bars.ts';
import { barAt } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { intervalMs } from '../../shared/domain/market/calendar/interval.ts';
import { inTicks } from '../../shared/domain/market/simulated/minutes.ts';
import { failure, success, type Answer } from './answers.ts';
import { barsSoFar, type Vendor } from './candles.ts';

/** The part of a quote's body that counts. */
export interface QuoteQuestion {
  readonly stock_code?: string;
  readonly exchange_code?: string;
}

/** Answers `GET /breezeapi/api/v1/quotes`: the last trade and one level of the book around it. */
export function quote(
  vendor: Vendor,
  symbols: ReadonlyMap<string, string>,
  { stock_code = '', exchange_code }: QuoteQuestion,
  now: EpochMs,
): Answer {
  const symbol = symbols.get(stock_code);
  if (symbol === undefined || exchange_code !== 'NSE')
    return failure('empty', 'No Data Found', 404);
  const day = lastTraded(vendor, now);
  // The book shows the unfinished minute whatever history does.
  const live = { ...vendor, unfinishedBar: true };
  const minutes = barsSoFar(live, { symbol, interval: '1m', now }, day);
  if (minutes.ts.length === 0) return failure('empty', 'No Data Found', 404);
  const { open, high, low, close, volume } = barAt(aggregatedBars(minutes, '1d'), 0);
  const before = vendor.exchange.bars(symbol, '1d', vendor.calendar.lastSessionBefore(day), day);
  const previousClose = before.close[0] ?? open;
  const lastTrade = Math.min(now, minutes.ts[minutes.ts.length - 1] + intervalMs['1m'] - 1000);
  return success('quote', [
    {
      exchange_code: 'NSE',
      product_type: '',
      stock_code,
      expiry_date: null,
      right: null,
      strike_price: 0,
      ltp: close,
      ltt: quoteTime(lastTrade),
      best_bid_price: inTicks(close - 0.05),
      best_bid_quantity: String(minutes.volume[minutes.volume.length - 1]),
      best_offer_price: inTicks(close + 0.05),
      best_offer_quantity: String(minutes.volume[0]),
      open,
      high,
      low,
      previous_close: previousClose,
      ltp_percent_change: Number(((close / previousClose - 1) * 100).toFixed(2)),
      upper_circuit: inTicks(previousClose * 1.1),
      lower_circuit: inTicks(previousClose * 0.9),
      total_quantity_traded: String(volume),
      spot_price: null,
    },
  ]);
}

/** Today once it has opened, else the session before. */
function lastTraded({ calendar }: Vendor, now: EpochMs): TradingDay {
  const today = dayOf(now);
  const session = calendar.session(today);
  return session !== undefined && now > session.open ? today : calendar.lastSessionBefore(today);
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Asia/Kolkata',
  day: '2-digit',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** `05-Feb-2025 09:36:56` by the exchange's wall clock. */
function quoteTime(ts: number): string {
  const part = Object.fromEntries(clock.formatToParts(ts).map(({ type, value }) => [type, value]));
  const month = part.month.slice(0, 3);
  return `${part.day}-${month}-${part.year} ${part.hour}:${part.minute}:${part.second}`;
}
