import { asSenseQuantError, DataError, InputError } from '../../contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import { dayOf, dayStart } from '../../domain/market/calendar/exchange-time.ts';
import { intervalMs } from '../../domain/market/calendar/interval.ts';
import type { Clock } from '../clock.ts';
import { takeRequest, type Quota } from './quota.ts';
import { outage, settleMs, sourceError, type BarRequest, type BarSource } from './source.ts';

/** Where Yahoo's charts are asked, and how often. */
export interface YahooOptions {
  /** Name of the source, for messages. */
  readonly source: string;
  /** Address before `/v8/finance/chart/…`. */
  readonly url: string;
  readonly clock: Clock;
  /** How long one call may take until its last byte, in milliseconds of this machine. */
  readonly timeoutMs: number;
  readonly quota: Pick<Quota, 'take'>;
  /** When a day's own bar is final. */
  finalAt(day: TradingDay): EpochMs;
}

/** Yahoo does not say how long; its limit is of requests a minute. */
const tooManyMs = 60_000;

/** What the library gives of one bar. */
interface Quote {
  readonly date: Date;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
}

/**
 * Makes a source of Yahoo's charts: adjusted for splits by the vendor, with holes, and with copies of
 * the bar before at volume 0, all of which are handed over as they come; null becomes NaN. Daily
 * bars are stamped 00:00, as ours are, not at the open. Yahoo keeps 5-minute bars for 60 days and
 * 1-minute bars for 30, of which it gives 8 a request.
 */
export function yahooSource(options: YahooOptions): BarSource {
  const { source, clock } = options;
  return {
    name: source,
    adjustment: 'vendor',
    maximumRows: Number.POSITIVE_INFINITY,
    async fetch(request, signal) {
      const timeout = AbortSignal.timeout(options.timeoutMs);
      try {
        const quotes = await askedQuotes(options, request, AbortSignal.any([signal, timeout]));
        return barsOf(request, quotes, clock(), options.finalAt);
      } catch (error) {
        signal.throwIfAborted();
        if (asSenseQuantError(error) !== undefined) throw error;
        const { name, message } = error instanceof Error ? error : { name: '', message: '' };
        // The library checks what it receives against the shape it knows.
        if (name === 'FailedYahooValidationError')
          throw new DataError(
            `"${source}" answered for "${request.code}" in another shape than yahoo-finance2 knows; ` +
              'update that package',
            { source, symbol: request.symbol },
          );
        const why = timeout.aborted ? `nothing within ${options.timeoutMs} ms` : message;
        throw outage(source, why.replaceAll(/\s+/g, ' ').slice(0, 200));
      }
    },
  };
}

/** Asks through the library, whose own fetch is given our address, our signal and our errors. */
async function askedQuotes(
  { source, url, quota, clock }: YahooOptions,
  { code, interval, from, to }: BarRequest,
  signal: AbortSignal,
): Promise<readonly Quote[]> {
  // It takes a tenth of a second to load, which only those who ask Yahoo should pay.
  const { default: createYahooFinance } = await import('yahoo-finance2/createYahooFinance');
  const { default: chart } = await import('yahoo-finance2/modules/chart');
  let isUnknown = false;
  const ask: typeof fetch = async (input, init) => {
    takeRequest(source, quota, clock);
    const { pathname, search } = new URL(input instanceof Request ? input.url : input);
    const response = await fetch(`${url}${pathname}${search}`, { ...init, signal });
    // What Yahoo has no data of it calls not found, delisted names too.
    isUnknown = response.status === 404;
    if (!response.ok) await refuse(source, code, response);
    return response;
  };
  const YahooFinance = createYahooFinance({ modules: { chart } });
  const yahoo = new YahooFinance({
    fetch: ask,
    logger: silent,
    validation: { logErrors: false, logOptionsErrors: false },
    // It would ask npm.
    versionCheck: false,
  });
  try {
    const span = { period1: new Date(dayStart(from)), period2: new Date(dayStart(to)) };
    const { quotes } = await yahoo.chart(code, { ...span, interval, includePrePost: false });
    return quotes;
  } catch (error) {
    if (isUnknown) return [];
    throw error;
  }
}

/** Throws what a refusal means. */
async function refuse(source: string, code: string, response: Response): Promise<never> {
  const { status } = response;
  if (status === 429)
    throw sourceError(
      source,
      'minute-quota',
      `"${source}" answered HTTP 429; it is asked again in a minute`,
      tooManyMs,
    );
  const said = /"description"\s*:\s*"([^"]{1,200})"/.exec(await response.text())?.[1];
  if ((status === 400 || status === 422) && said !== undefined)
    throw new InputError(`"${source}" refused "${code}": "${said}"`);
  throw outage(source, `HTTP ${status}`);
}

const nothing = (): void => undefined;
const silent = { info: nothing, warn: nothing, error: nothing, debug: nothing, dir: nothing };

function barsOf(
  { symbol, interval, from, to }: BarRequest,
  quotes: readonly Quote[],
  now: EpochMs,
  finalAt: (day: TradingDay) => EpochMs,
): Bars {
  const isDaily = interval === '1d';
  const stampOf = ({ date }: Quote): number =>
    isDaily ? dayStart(dayOf(date.getTime())) : date.getTime();
  const kept = quotes.filter((quote) => {
    const ts = stampOf(quote);
    const end = isDaily ? finalAt(dayOf(ts)) : ts + intervalMs[interval];
    return ts >= dayStart(from) && ts < dayStart(to) && end + settleMs <= now;
  });
  const column = (value: (quote: Quote) => number | null): Float64Array =>
    Float64Array.from(kept, (quote) => value(quote) ?? Number.NaN);
  return {
    symbol,
    interval,
    ts: column(stampOf),
    open: column(({ open }) => open),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
  };
}
