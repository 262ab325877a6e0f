import { isTradingDay, type EpochMs, type Interval } from '../../shared/contracts/time.ts';
import { dayStart, exchangeIso } from '../../shared/domain/market/calendar/exchange-time.ts';
import { failure, success, type Answer } from './answers.ts';
import { candles, type Candle, type Vendor } from './candles.ts';
import type { Ledger } from './ledger.ts';

/** What history knows of the exchange. */
export interface HistoryContext {
  readonly vendor: Vendor;
  /** Symbols by ISEC code. */
  readonly symbols: ReadonlyMap<string, string>;
  /** Candles in an answer, at most. */
  readonly cap: number;
  readonly ledger: Ledger;
}

const intervalNames: Readonly<Record<string, Interval>> = {
  '1minute': '1m',
  '5minute': '5m',
  '1day': '1d',
};

/**
 * Answers `GET /api/v2/historicalcharts`: both ends inclusive, the `Z` of the request is the
 * exchange's wall clock, and of more candles than the cap the latest come, without a word.
 */
export function history(context: HistoryContext, query: URLSearchParams, now: EpochMs): Answer {
  const { vendor, symbols, cap, ledger } = context;
  const interval = intervalNames[query.get('interval') ?? ''];
  const [from, to] = [stamp(query.get('from_date')), stamp(query.get('to_date'))];
  if (interval === undefined) return refused('interval', Object.keys(intervalNames).join(', '));
  if (from === undefined || to === undefined)
    return refused('from_date and to_date', '2024-01-01T09:15:00.000Z');
  if (query.get('exch_code') !== 'NSE') return refused('exch_code', 'NSE');
  if (query.get('product_type')?.toLowerCase() !== 'cash') return refused('product_type', 'cash');
  const code = query.get('stock_code') ?? '';
  const symbol = symbols.get(code);
  const found =
    symbol === undefined ? [] : candles(vendor, { symbol, interval, from, to, now, most: cap + 1 });
  if (found.length === 0) return success('empty', []);
  const shown = found.slice(-cap);
  ledger.answered({
    code,
    interval,
    request: requestKey(query),
    candles: shown,
    isCapped: found.length > cap,
  });
  return success(
    'bars',
    shown.map((candle) => row(code, candle)),
  );
}

/** What a request asks for, in one line. */
export function requestKey(query: URLSearchParams): string {
  const interval = intervalNames[query.get('interval') ?? ''] ?? query.get('interval');
  const asked = ['stock_code', 'from_date', 'to_date'].map((name) => query.get(name) ?? '');
  return [asked[0], interval, asked[1], asked[2]].join(' ');
}

function refused(what: string, expected: string): Answer {
  return failure('wrong-question', `${what} should be: ${expected}`, 400);
}

/** Field order as Breeze has it. */
function row(code: string, { ts, open, high, low, close, volume }: Candle): object {
  const datetime = exchangeIso(ts).slice(0, 19).replace('T', ' ');
  return { close, datetime, exchange_code: 'NSE', high, low, open, stock_code: code, volume };
}

/** The exchange's wall clock, whatever zone the text claims. */
function stamp(text: string | null): EpochMs | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}:\d{2})(?:\.\d{3})?Z?)?$/.exec(text ?? '');
  if (parts === null || !isTradingDay(parts[1])) return undefined;
  const clock = Date.parse(`1970-01-01T${parts[2] ?? '00:00:00'}Z`);
  return Number.isNaN(clock) ? undefined : ((dayStart(parts[1]) + clock) as EpochMs);
}
