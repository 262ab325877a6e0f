import type { IncomingMessage } from 'node:http';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { simulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { digest, tokensOf, type Standing } from './account.ts';
import { failure, json, refusals, success, type Answer } from './answers.ts';
import { callQuota } from './call-quota.ts';
import type { Vendor } from './candles.ts';
import { faultChoice, type CallFault, type Faults } from './faults.ts';
import { history, requestKey, type HistoryContext } from './history.ts';
import { openLedger, type Calls } from './ledger.ts';
import type { ExchangeInstrument, ExchangeOptions } from './options.ts';
import { quote } from './quotes.ts';

/** Who answers calls, without a network. */
export interface Broker {
  /** What comes of a call; `time-out` where nothing comes. */
  answer(request: IncomingMessage, body: string, now: EpochMs): Answer | 'time-out';
  apiSession(now: EpochMs): string;
  calls(): Calls;
  next(fault: CallFault, times?: number): void;
}

/**
 * Opens the broker's side of an exchange.
 *
 * @throws InputError if two instruments have one code
 */
export function openBroker(
  options: Omit<ExchangeOptions, 'faults'> & { readonly faults: Faults },
): Broker {
  const { seed, calendar, instruments, from, faults, account } = options;
  const tokens = tokensOf(seed, account);
  const ledger = openLedger();
  const quota = callQuota(options.quotas);
  const choice = faultChoice(seed, faults);
  const times = new Map<string, number>();
  const queued: CallFault[] = [];
  const vendor: Vendor = {
    calendar,
    exchange: simulatedExchange({ seed, calendar, from, to: calendar.to, instruments }),
    faults: choice,
    unfinishedBar: faults.unfinishedBar,
    firstAsked: new Map(),
  };
  const symbols = symbolsByCode(instruments);
  const context: HistoryContext = { vendor, symbols, cap: options.cap, ledger };

  /** What an endpoint would answer if nothing befell the call. */
  type Endpoint = (call: Call) => Answer;
  const endpoints: Readonly<Record<string, Endpoint>> = {
    '/breezeapi/api/v1/customerdetails'({ body, now }) {
      const { SessionToken = '', AppKey } = parsed<Exchanged>(body);
      if (AppKey !== account.appKey) return refusals.unknownKey;
      const standing = tokens.standingOfApiSession(SessionToken, now);
      if (standing !== 'good') return refusalOf(standing);
      const session_token = tokens.sessionToken(now);
      return success('session', { session_token, idirect_userid: account.user });
    },
    '/breezeapi/api/v1/quotes'({ headers, body, now }) {
      const refusal = refusalOfHeaders(headers['x-appkey'], headers['x-sessiontoken'], now);
      if (refusal !== undefined) return refusal;
      const expected = `token ${digest(`${String(headers['x-timestamp'])}${body}${account.secret}`)}`;
      if (headers['x-checksum'] !== expected) return failure('checksum', 'Invalid Checksum.');
      return quote(vendor, symbols, parsed(body), now);
    },
    '/api/v2/historicalcharts': ({ headers, query, now }) =>
      refusalOfHeaders(headers.apikey, headers['x-sessiontoken'], now) ??
      history(context, query, now),
  };

  function refusalOfHeaders(key: unknown, token: unknown, now: EpochMs): Answer | undefined {
    if (key !== account.appKey) return refusals.unknownKey;
    const standing = tokens.standingOfSessionToken(typeof token === 'string' ? token : '', now);
    return standing === 'good' ? undefined : refusalOf(standing);
  }

  function befalling(key: string): CallFault | undefined {
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return queued.shift() ?? choice.ofCall(key, time);
  }

  function answered(endpoint: Endpoint, path: string, call: Call): Answer | 'time-out' {
    const granted = quota.take(call.now);
    if (granted !== 'granted') return refusals[granted];
    const isHistory = path === '/api/v2/historicalcharts';
    const fault = befalling(isHistory ? requestKey(call.query) : `${path} ${call.body}`);
    if (fault === 'time-out') return fault;
    if (fault !== undefined && (isHistory || fault !== 'empty')) return refusals[fault];
    return endpoint(call);
  }

  return {
    answer(request, body, now) {
      const { pathname, searchParams: query } = addressOf(request);
      if (pathname === '/simulator/calls') return json('', 200, ledger.calls());
      if (pathname === '/simulator/login')
        return json('', 200, { apiSession: tokens.apiSession(now), now });
      const endpoint = request.method === 'GET' ? endpoints[pathname] : undefined;
      const answer =
        endpoint === undefined
          ? failure('not-found', 'Resource not available.', 404, 404)
          : answered(endpoint, pathname, { headers: request.headers, query, body, now });
      ledger.came(answer === 'time-out' ? answer : answer.outcome);
      return answer;
    },
    apiSession: tokens.apiSession,
    calls: ledger.calls,
    next: (fault, count = 1) => void queued.push(...Array.from({ length: count }, () => fault)),
  };
}

/** An address that is none leads nowhere. */
function addressOf({ url = '/' }: IncomingMessage): URL {
  return URL.parse(url, 'http://exchange') ?? new URL('http://exchange');
}

interface Call {
  readonly headers: IncomingMessage['headers'];
  readonly query: URLSearchParams;
  readonly body: string;
  readonly now: EpochMs;
}

interface Exchanged {
  readonly SessionToken?: string;
  readonly AppKey?: string;
}

function refusalOf(standing: Exclude<Standing, 'good'>): Answer {
  return standing === 'expired' ? refusals.expired : refusals.unknownSession;
}

function symbolsByCode(instruments: readonly ExchangeInstrument[]): ReadonlyMap<string, string> {
  const symbols = new Map<string, string>();
  for (const { code, symbol } of instruments) {
    const other = symbols.get(code);
    if (other !== undefined)
      throw new InputError(`"${other}" and "${symbol}" both have the code "${code}"; change one`);
    symbols.set(code, symbol);
  }
  return symbols;
}

/** A body as an object; an empty one where it is none. */
function parsed<T extends object>(body: string): Partial<T> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
