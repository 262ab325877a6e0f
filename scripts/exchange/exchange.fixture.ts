import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { startExchange, type RunningExchange } from './exchange.ts';
import type { ExchangeOptions } from './options.ts';

export const { calendar } = await readReference();

/** What came back. */
export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** Breeze's envelope, where it is one. */
  readonly json: {
    readonly Status?: number;
    readonly Error?: string | null;
    readonly Success?: unknown;
  };
}

/** An exchange of two symbols and a clock to set, ended after the test. */
export interface TestExchange extends RunningExchange {
  /** `2024-01-05 10:00` at the exchange. */
  setClock(time: string): void;
  get(path: string, headers?: Readonly<Record<string, string>>, body?: string): Promise<Reply>;
  /** Exchanges the API session of now; the token for all other calls. */
  login(): Promise<string>;
  /** Asks v2 history of RELIND, with the token of the last login. */
  ask(question: Readonly<Record<string, string>>): Promise<Reply>;
}

/** What the exchange's wall clock shows as `time`. */
const at = (time: string): EpochMs => Date.parse(`${time.replace(' ', 'T')}+05:30`) as EpochMs;

/** Starts an exchange on a Saturday evening. */
export async function testExchange(options: Partial<ExchangeOptions> = {}): Promise<TestExchange> {
  let now = at('2025-10-25 18:00');
  let token = '';
  const exchange = await startExchange({
    calendar,
    clock: () => now,
    instruments: [
      { symbol: 'RELIANCE', code: 'RELIND', sector: 'energy' },
      { symbol: 'INFY', code: 'INFTEC', sector: 'it' },
    ],
    ...options,
  });
  onTestFinished(() => exchange.stop());
  const { appKey } = exchange.account;
  const get: TestExchange['get'] = (path, headers = {}, body) =>
    asked(exchange.url + path, headers, body);
  return {
    ...exchange,
    setClock: (time) => void (now = at(time)),
    get,
    async login() {
      const body = JSON.stringify({ SessionToken: exchange.apiSession(), AppKey: appKey });
      const { json } = await get('/breezeapi/api/v1/customerdetails', {}, body);
      token = (json.Success as { session_token: string }).session_token;
      return token;
    },
    ask(question) {
      const query = new URLSearchParams({
        interval: '5minute',
        from_date: '2024-01-05T00:00:00.000Z',
        to_date: '2024-01-05T23:59:59.000Z',
        stock_code: 'RELIND',
        exch_code: 'NSE',
        product_type: 'cash',
        ...question,
      });
      const headers = { 'X-SessionToken': token, apikey: appKey };
      return get(`/api/v2/historicalcharts?${query.toString()}`, headers);
    },
  };
}

async function asked(
  url: string,
  headers: Readonly<Record<string, string>>,
  body = '',
): Promise<Reply> {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  request(
    url,
    { headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
    (response) => {
      text(response).then((said) => {
        const type = String(response.headers['content-type']);
        resolve({ status: response.statusCode ?? 0, type, text: said, json: envelope(said) });
      }, reject);
    },
  )
    .on('error', reject)
    .end(body);
  return await promise;
}

function envelope(said: string): Reply['json'] {
  try {
    return JSON.parse(said) as Reply['json'];
  } catch {
    return {};
  }
}

/** A candle of v2 history. */
export interface Row {
  readonly datetime: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly stock_code: string;
  readonly exchange_code: string;
}

/** The candles of a reply. */
export const rowsOf = ({ json }: Reply): Row[] => json.Success as Row[];
