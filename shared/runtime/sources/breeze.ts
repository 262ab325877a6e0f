import { addDays, type EpochMs, type Interval, type TradingDay } from '../../contracts/time.ts';
import { dayOf, dayStart, exchangeIso } from '../../domain/market/calendar/exchange-time.ts';
import { intervalMs } from '../../domain/market/calendar/interval.ts';
import type { Secret } from '../stack/secret.ts';
import { callBreeze, type CallOptions } from './breeze-calls.ts';
import { breezeBars } from './breeze-rows.ts';
import { takeRequest, type Quota } from './quota.ts';
import { handOver } from './session-token.ts';
import { settleMs, sourceError, type BarRequest, type BarSource } from './source.ts';

/** Where Breeze's history is asked, and how often. */
export interface BreezeOptions extends CallOptions {
  /** Address before `/api/v2/historicalcharts`. */
  readonly historyUrl: string;
  /** The day's session token; undefined where nobody has handed one over. */
  token(): Promise<Secret | undefined>;
  /** Each call takes one of these, tries of a flaky one included. */
  readonly quota: Pick<Quota, 'take'>;
  /** When a day's own bar is final: the calendar's, or the day's end where it knows no session. */
  finalAt(day: TradingDay): EpochMs;
}

/** Rows from which on an answer may have been cut off without a word. */
const maximumRows = 1_000;
const intervalNames: Readonly<Record<Interval, string>> = {
  '1d': '1day',
  '5m': '5minute',
  '1m': '1minute',
};

/**
 * Makes a source of raw bars over Breeze's v2 history: the broker's, or a simulated exchange that
 * speaks its protocol. A bar that may still change is neither asked for nor handed over.
 */
export function breezeSource(options: BreezeOptions): BarSource {
  const { source, historyUrl, appKey, clock, quota } = options;
  return {
    name: source,
    adjustment: 'raw',
    maximumRows,
    async fetch(request, signal) {
      const last = lastFinished(request, clock(), options.finalAt);
      const first = dayStart(request.from);
      if (last < first) return breezeBars(source, request, [], { first, last, maximumRows });
      const token = await options.token();
      if (token === undefined)
        throw sourceError(source, 'session', `"${source}" has no session yet; ${handOver(source)}`);
      const url = `${historyUrl}/api/v2/historicalcharts?${questionOf(request, first, last)}`;
      const headers = { 'X-SessionToken': token.reveal(), apikey: appKey.reveal() };
      const success = await callBreeze(options, token, signal, async (either) => {
        takeRequest(source, quota, clock);
        const response = await fetch(url, { headers, signal: either });
        return { status: response.status, text: await response.text() };
      });
      return breezeBars(source, request, success, { first, last, maximumRows });
    },
  };
}

/** Stamp of the last bar of a request that is finished; both ends of a question are inclusive. */
function lastFinished(
  { interval, to }: BarRequest,
  now: EpochMs,
  finalAt: (day: TradingDay) => EpochMs,
): number {
  const end = dayStart(to) - 1_000;
  if (interval !== '1d') return Math.min(end, now - settleMs - intervalMs[interval]);
  const today = dayOf(now);
  if (to <= today) return end;
  return dayStart(finalAt(today) + settleMs <= now ? today : addDays(today, -1));
}

/** The query of a request. Its stamps are the exchange's wall clock, whatever their "Z" says. */
function questionOf({ code, interval }: BarRequest, first: number, last: number): string {
  return new URLSearchParams({
    interval: intervalNames[interval],
    from_date: `${exchangeIso(first)}Z`,
    to_date: `${exchangeIso(last)}Z`,
    stock_code: code,
    exch_code: 'NSE',
    product_type: 'cash',
  }).toString();
}
