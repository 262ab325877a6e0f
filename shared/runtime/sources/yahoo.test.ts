import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { EpochMs, Interval, TradingDay } from '../../contracts/time.ts';
import { exchangeIso } from '../../domain/market/calendar/exchange-time.ts';
import type { BarRequest, BarSource } from './source.ts';
import { yahooSource, type YahooOptions } from './yahoo.ts';

const signal = new AbortController().signal;
const at = (time: string): number => Date.parse(`${time.replace(' ', 'T')}+05:30`);

interface Row {
  readonly time: string;
  readonly close: number | null;
  readonly volume: number | null;
}

/** Chart JSON as Yahoo answers it. */
function chartOf(rows: readonly Row[]): object {
  const column = (value: (row: Row) => number | null): (number | null)[] => rows.map(value);
  const price = column(({ close }) => close);
  const quote = { open: price, high: price, low: price, close: price };
  const period = { timezone: 'IST', start: 1738554300, end: 1738576800, gmtoffset: 19800 };
  const meta = {
    currency: 'INR',
    symbol: 'RELIANCE.NS',
    exchangeName: 'NSI',
    fullExchangeName: 'NSE',
    instrumentType: 'EQUITY',
    firstTradeDate: 820467900,
    regularMarketTime: 1738576800,
    hasPrePostMarketData: false,
    gmtoffset: 19800,
    timezone: 'IST',
    exchangeTimezoneName: 'Asia/Kolkata',
    regularMarketPrice: 1250,
    chartPreviousClose: 1240,
    priceHint: 2,
    currentTradingPeriod: { pre: period, regular: period, post: period },
    dataGranularity: '1d',
    range: '',
    validRanges: ['1d', 'max'],
  };
  const answer = {
    meta,
    ...(rows.length === 0 ? {} : { timestamp: rows.map(({ time }) => at(time) / 1000) }),
    indicators: {
      quote: rows.length === 0 ? [{}] : [{ ...quote, volume: column(({ volume }) => volume) }],
      ...(rows.length === 0 ? {} : { adjclose: [{ adjclose: price }] }),
    },
  };
  return { chart: { result: [answer], error: null } };
}

const refused = (code: string, description: string): string =>
  JSON.stringify({ chart: { result: null, error: { code, description } } });

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** A source over a server of this test's. */
async function yahooOver(
  answer: Answering,
  changed: Partial<YahooOptions> = {},
): Promise<BarSource> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return yahooSource({
    source: 'yahoo',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    clock: () => at('2025-02-05 12:00') as EpochMs,
    timeoutMs: 10_000,
    quota: { take: () => ({ granted: true }) },
    finalAt: (day) => at(`${day} 15:30`) as EpochMs,
    ...changed,
  });
}

const json =
  (value: object): Answering =>
  (_, response) =>
    void response.setHeader('content-type', 'application/json').end(JSON.stringify(value));

function reliance(interval: Interval): BarRequest {
  const days = { from: '2025-02-03' as TradingDay, to: '2025-02-06' as TradingDay };
  return { symbol: 'RELIANCE', code: 'RELIANCE.NS', interval, ...days };
}

describe('yahooSource', () => {
  test('is the vendor’s adjustment, and has no cap', async () => {
    const source = await yahooOver(json({}));

    expect(source).toMatchObject({ name: 'yahoo', adjustment: 'vendor', maximumRows: Infinity });
  });

  test('asks the days of a request at the exchange, without what trades before and after', async () => {
    const asked: URL[] = [];
    const source = await yahooOver((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://yahoo'));
      json(chartOf([]))(request, response);
    });

    await source.fetch(reliance('5m'), signal);

    expect(asked).toHaveLength(1);
    expect(asked[0].pathname).toBe('/v8/finance/chart/RELIANCE.NS');
    expect(Object.fromEntries(asked[0].searchParams)).toMatchObject({
      period1: String(at('2025-02-03 00:00') / 1000),
      period2: String(at('2025-02-06 00:00') / 1000),
      interval: '5m',
      includePrePost: 'false',
    });
  });

  test('stamps daily bars 00:00, and leaves out the one of today until it is final', async () => {
    const source = await yahooOver(
      json(
        chartOf([
          { time: '2025-02-03 09:15', close: 1250, volume: 100 },
          { time: '2025-02-04 09:15', close: 1260, volume: 90 },
          { time: '2025-02-05 11:59', close: 1270, volume: 50 },
        ]),
      ),
    );

    const { ts, close, volume } = await source.fetch(reliance('1d'), signal);

    expect(Array.from(ts, exchangeIso)).toEqual([
      '2025-02-03T00:00:00.000',
      '2025-02-04T00:00:00.000',
    ]);
    expect([...close]).toEqual([1250, 1260]);
    expect([...volume]).toEqual([100, 90]);
  });

  test('hands over copies at volume 0 and holes as they come, but no bar that may change', async () => {
    const source = await yahooOver(
      json(
        chartOf([
          { time: '2025-02-05 11:40', close: 1250, volume: 100 },
          { time: '2025-02-05 11:45', close: 1250, volume: 0 },
          { time: '2025-02-05 11:50', close: null, volume: null },
          { time: '2025-02-05 11:55', close: 1251, volume: 10 },
        ]),
      ),
    );

    const { ts, close, volume } = await source.fetch(reliance('5m'), signal);

    expect(ts).toHaveLength(3);
    expect([...close]).toEqual([1250, 1250, Number.NaN]);
    expect([...volume]).toEqual([100, 0, Number.NaN]);
  });

  test.each([
    ['an empty chart', json(chartOf([]))],
    [
      'a name it does not know or no longer lists',
      (_: IncomingMessage, response: ServerResponse) =>
        void response
          .writeHead(404)
          .end(refused('Not Found', 'No data found, symbol may be delisted')),
    ],
  ])('takes %s for an empty answer, silently', async (_, answer) => {
    const spoken = vi.spyOn(console, 'error').mockReturnValue();
    onTestFinished(() => spoken.mockRestore());
    const source = await yahooOver(answer);

    expect((await source.fetch(reliance('1d'), signal)).ts).toHaveLength(0);
    expect(spoken).not.toHaveBeenCalled();
  });

  test.each([
    [429, 'Too Many Requests', { wait: 'minute-quota', afterMs: 60_000 }],
    [502, '<html>Bad Gateway</html>', { wait: 'outage' }],
    [200, '<html>consent</html>', { wait: 'outage' }],
    [200, '{"chart":', { wait: 'outage' }],
  ])('waits where it answers HTTP %i, %s', async (status, text, fields) => {
    const source = await yahooOver((_, response) => void response.writeHead(status).end(text));

    await expect(source.fetch(reliance('1d'), signal)).rejects.toMatchObject({
      name: 'SourceError',
      fields: { source: 'yahoo', ...fields },
    });
  });

  test('blames a span that it no longer keeps on its caller, in its words', async () => {
    const said = '5m data not available: the range must be within the last 60 days.';
    const source = await yahooOver(
      (_, response) => void response.writeHead(422).end(refused('Unprocessable Entity', said)),
    );

    await expect(source.fetch(reliance('5m'), signal)).rejects.toMatchObject({
      name: 'InputError',
      message: `"yahoo" refused "RELIANCE.NS": "${said}"`,
    });
  });

  test('refuses another shape than its library knows', async () => {
    const answer = chartOf([{ time: '2025-02-03 09:15', close: 1250, volume: 100 }]);
    const changed = JSON.parse(JSON.stringify(answer).replace('"currency":"INR"', '"currency":7'));
    const source = await yahooOver(json(changed));

    await expect(source.fetch(reliance('1d'), signal)).rejects.toMatchObject({
      name: 'DataError',
      message: expect.stringContaining('update that package'),
    });
  });

  test('gives up on silence, and at once when cancelled', async () => {
    const slow = await yahooOver(() => undefined, { timeoutMs: 100 });
    await expect(slow.fetch(reliance('1d'), signal)).rejects.toMatchObject({
      fields: { wait: 'outage' },
      message: expect.stringContaining('nothing within 100 ms'),
    });

    const held = await yahooOver(() => undefined);
    const cancel = new AbortController();
    const fetched = held.fetch(reliance('1d'), cancel.signal);
    setImmediate(() => cancel.abort(new Error('drained')));
    await expect(fetched).rejects.toThrow('drained');
  });

  test('asks nothing where its quota is used up', async () => {
    let asked = 0;
    const untilMs = at('2025-02-05 12:01') as EpochMs;
    const quota = { take: () => ({ granted: false, limit: 'minute', untilMs }) as const };
    const source = await yahooOver(() => void asked++, { quota });

    await expect(source.fetch(reliance('1d'), signal)).rejects.toMatchObject({
      fields: { wait: 'minute-quota', afterMs: 60_000 },
    });
    expect(asked).toBe(0);
  });
});
