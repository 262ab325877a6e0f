import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { simulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { startExchange } from './exchange.ts';
import { calendar, rowsOf, testExchange, type Reply } from './exchange.fixture.ts';

const errorOf = ({ json }: Reply) => [json.Status, json.Error];

describe('session', () => {
  test('an API session of today is exchanged for the base64 of user and key', async () => {
    const exchange = await testExchange();

    const token = await exchange.login();

    expect(Buffer.from(token, 'base64').toString()).toMatch(/^SIMULATED:\d{8}[0-9a-f]{8}$/);
    expect(rowsOf(await exchange.ask({}))).toHaveLength(75);
  });

  test('refuses a wrong key, a token that never was, and one of yesterday', async () => {
    const exchange = await testExchange();
    const details = (SessionToken: string, AppKey = 'simulated-key') =>
      exchange.get(
        '/breezeapi/api/v1/customerdetails',
        {},
        JSON.stringify({ SessionToken, AppKey }),
      );
    const yesterday = exchange.apiSession();

    exchange.setClock('2025-10-26 00:01');

    expect(errorOf(await details(yesterday, 'other'))).toEqual([500, 'Public Key does not exist.']);
    expect(errorOf(await details('12345678'))).toEqual([500, 'Invalid session.']);
    expect(errorOf(await details(yesterday))).toEqual([500, 'Resource not available.']);
    expect((await details(exchange.apiSession())).json.Status).toBe(200);
  });

  test('ends at midnight at the exchange', async () => {
    const exchange = await testExchange();
    exchange.setClock('2025-10-25 23:59');
    await exchange.login();

    const before = await exchange.ask({});
    exchange.setClock('2025-10-26 00:00');
    const after = await exchange.ask({});
    await exchange.login();
    const renewed = await exchange.ask({});

    expect([before, after, renewed].map(({ json }) => json.Status)).toEqual([200, 500, 200]);
    expect(after.json.Error).toBe('Resource not available.');
  });
});

describe('v2 history', () => {
  test('answers both ends, by the wall clock, in JSON numbers', async () => {
    const exchange = await testExchange();
    await exchange.login();

    const reply = await exchange.ask({
      from_date: '2024-01-05T09:20:00.000Z',
      to_date: '2024-01-05T09:30:00.000Z',
    });

    const rows = rowsOf(reply);
    expect(rows.map(({ datetime }) => datetime)).toEqual([
      '2024-01-05 09:20:00',
      '2024-01-05 09:25:00',
      '2024-01-05 09:30:00',
    ]);
    expect(Object.keys(rows[0])).toEqual(
      'close datetime exchange_code high low open stock_code volume'.split(' '),
    );
    expect(rows[0]).toMatchObject({ exchange_code: 'NSE', stock_code: 'RELIND' });
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect(typeof rows[0][name]).toBe('number');
  });

  test.each([
    ['1minute', '1m', 375],
    ['5minute', '5m', 75],
    ['1day', '1d', 1],
  ] as const)('answers the simulated bars at %s', async (interval, own, n) => {
    const exchange = await testExchange({ seed: 5 });
    await exchange.login();
    const day = '2024-01-05' as TradingDay;
    const { bars } = simulatedExchange({
      seed: 5,
      calendar,
      from: calendar.from,
      to: calendar.to,
      instruments: [{ symbol: 'RELIANCE', sector: 'energy' }],
    });

    const rows = rowsOf(await exchange.ask({ interval }));

    const expected = bars('RELIANCE', own, day, '2024-01-06' as TradingDay);
    expect(rows).toHaveLength(n);
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const)
      expect(rows.map((row) => row[name])).toEqual([...expected[name]]);
  });

  test('keeps the latest 1,000 candles without a word', async () => {
    const exchange = await testExchange();
    await exchange.login();

    const reply = await exchange.ask({
      from_date: '2024-01-01T00:00:00.000Z',
      to_date: '2024-03-30T23:59:59.000Z',
    });

    const rows = rowsOf(reply);
    expect(reply.json).toMatchObject({ Status: 200, Error: null });
    expect(rows).toHaveLength(1000);
    expect(rows[0].datetime).toBe('2024-03-07 13:25:00');
    expect(rows[999].datetime).toBe('2024-03-28 15:25:00');
    expect(exchange.calls()).toMatchObject({ candles: 1000, capped: 1 });
  });

  test('answers nothing for a wrong code, a holiday, and days to come', async () => {
    const exchange = await testExchange();
    await exchange.login();
    const day = (date: string) => ({
      from_date: `${date}T00:00:00.000Z`,
      to_date: `${date}T23:59:59.000Z`,
    });

    const empty = await Promise.all([
      exchange.ask({ stock_code: 'RELIANCE' }),
      exchange.ask(day('2024-01-26')),
      exchange.ask(day('2025-10-27')),
      exchange.ask(day('1999-01-04')),
    ]);

    for (const { json } of empty) expect(json).toEqual({ Error: null, Status: 200, Success: [] });
  });

  test.each([
    [{ interval: '2minute' }, 'interval should be: 1minute, 5minute, 1day'],
    [{ exch_code: 'BSE' }, 'exch_code should be: NSE'],
    [{ product_type: 'futures' }, 'product_type should be: cash'],
    [{ from_date: '05/01/2024' }, 'from_date and to_date should be: 2024-01-01T09:15:00.000Z'],
  ])('refuses %j', async (question, error) => {
    const exchange = await testExchange();
    await exchange.login();

    expect(errorOf(await exchange.ask(question as Record<string, string>))).toEqual([400, error]);
  });

  test('ends in an unfinished bar while the market is open', async () => {
    const exchange = await testExchange();
    exchange.setClock('2024-01-05 10:02:30');
    await exchange.login();

    const five = rowsOf(await exchange.ask({})).at(-1)!;
    const minute = rowsOf(await exchange.ask({ interval: '1minute' })).at(-1)!;
    const daily = rowsOf(await exchange.ask({ interval: '1day' }));
    exchange.setClock('2024-01-05 10:10');
    const done = rowsOf(await exchange.ask({})).find(({ datetime }) => datetime === five.datetime)!;

    expect(five.datetime).toBe('2024-01-05 10:00:00');
    expect(minute.datetime).toBe('2024-01-05 10:02:00');
    expect(five.volume).toBeLessThan(done.volume);
    expect(five.open).toBe(done.open);
    expect(daily).toMatchObject([{ datetime: '2024-01-05 00:00:00', close: five.close }]);
  });

  test('ends in the last finished bar where that is switched off', async () => {
    const exchange = await testExchange({ faults: { unfinishedBar: false } });
    exchange.setClock('2024-01-05 10:02:30');
    await exchange.login();

    expect(rowsOf(await exchange.ask({})).at(-1)?.datetime).toBe('2024-01-05 09:55:00');
    expect(rowsOf(await exchange.ask({ interval: '1day' }))).toEqual([]);
  });
});

describe('quotas', () => {
  test('refuse the call too many until the next minute, with HTTP 401', async () => {
    const exchange = await testExchange({ quotas: { minute: 3, day: 100 } });
    exchange.setClock('2024-01-06 12:00:10');
    await exchange.login();

    const replies = [await exchange.ask({}), await exchange.ask({}), await exchange.ask({})];
    exchange.setClock('2024-01-06 12:01');
    replies.push(await exchange.ask({}));

    expect(replies.map(({ status }) => status)).toEqual([200, 200, 401, 200]);
    expect(replies[2].json).toEqual({
      Success: null,
      Status: 5,
      Error: 'Limit exceed: API call per minute:Try after some time',
    });
  });

  test('refuse the rest of the day until midnight at the exchange', async () => {
    const exchange = await testExchange({ quotas: { minute: 100, day: 2 } });
    exchange.setClock('2024-01-06 12:00');
    await exchange.login();

    const replies = [await exchange.ask({}), await exchange.ask({})];
    exchange.setClock('2024-01-06 23:59');
    replies.push(await exchange.ask({}));
    exchange.setClock('2024-01-07 00:00');
    await exchange.login();
    replies.push(await exchange.ask({}));

    expect(replies.map(({ status }) => status)).toEqual([200, 401, 401, 200]);
    expect(errorOf(replies[1])).toEqual([5, 'Limit exceed: API call per day: ']);
    expect(exchange.calls()).toMatchObject({
      total: 6,
      outcomes: { session: 2, bars: 2, 'day-quota': 2 },
    });
  });
});

describe('quotes', () => {
  async function quoted(secret = 'simulated-secret', code = 'RELIND') {
    const exchange = await testExchange();
    exchange.setClock('2024-01-05 10:02:30');
    const token = await exchange.login();
    const body = JSON.stringify({ stock_code: code, exchange_code: 'NSE', product_type: 'cash' });
    const timestamp = '2024-01-05T04:32:30.000Z';
    const checksum = createHash('sha256').update(`${timestamp}${body}${secret}`).digest('hex');
    const headers = {
      'X-Checksum': `token ${checksum}`,
      'X-Timestamp': timestamp,
      'X-AppKey': 'simulated-key',
      'X-SessionToken': token,
    };
    const reply = await exchange.get('/breezeapi/api/v1/quotes', headers, body);
    return { reply, exchange };
  }

  test('tell the last trade where the checksum is over the exact body', async () => {
    const { reply, exchange } = await quoted();

    const last = rowsOf(await exchange.ask({ interval: '1minute' })).at(-1)!;
    expect(reply.json.Success).toMatchObject([
      { stock_code: 'RELIND', ltp: last.close, ltt: '05-Jan-2024 10:02:30', exchange_code: 'NSE' },
    ]);
  });

  test('refuse a checksum of another secret', async () => {
    const { reply } = await quoted('other');

    expect(errorOf(reply)).toEqual([500, 'Invalid Checksum.']);
  });

  test('know no code but ICICI’s', async () => {
    const { reply } = await quoted(undefined, 'RELIANCE');

    expect(errorOf(reply)).toEqual([404, 'No Data Found']);
  });
});

describe('the ledger', () => {
  test('tells which requests and days were answered more than once', async () => {
    const exchange = await testExchange();
    await exchange.login();
    const from_date = '2024-01-04T00:00:00.000Z';

    await exchange.ask({});
    expect(exchange.calls()).toMatchObject({ repeatedRequests: [], repeatedDays: [] });
    await exchange.ask({});
    await exchange.ask({ from_date });

    const request = 'RELIND 5m 2024-01-05T00:00:00.000Z 2024-01-05T23:59:59.000Z';
    expect(exchange.calls()).toMatchObject({
      total: 4,
      outcomes: { session: 1, bars: 3 },
      candles: 300,
      requests: { [request]: 2 },
      repeatedRequests: [request],
      repeatedDays: ['RELIND 5m 2024-01-05'],
    });
  });

  test('is told to other processes, and so is the API session of now', async () => {
    const exchange = await testExchange();
    await exchange.login();

    expect((await exchange.get('/simulator/calls')).json).toEqual(exchange.calls());
    expect((await exchange.get('/simulator/login')).json).toMatchObject({
      apiSession: exchange.apiSession(),
    });
  });
});

describe('startExchange', () => {
  const instrument = { symbol: 'RELIANCE', code: 'RELIND', sector: 'energy' };

  test('refuses two symbols of one code', async () => {
    const twice = startExchange({
      calendar,
      instruments: [instrument, { ...instrument, symbol: 'INFY' }],
    });

    await expect(twice).rejects.toThrow('"RELIANCE" and "INFY" both have the code "RELIND"');
  });

  test('refuses a port that is taken', async () => {
    const { url } = await testExchange();
    const port = Number(new URL(url).port);

    await expect(startExchange({ calendar, instruments: [instrument], port })).rejects.toThrow(
      `cannot be served on port "${port}"`,
    );
  });

  test('refuses a clock outside the calendar', async () => {
    const clock = () => Date.parse('2031-01-01') as EpochMs;

    await expect(startExchange({ calendar, instruments: [instrument], clock })).rejects.toThrow(
      'clock shows "2031-01-01", outside its calendar',
    );
  });

  test('knows no other paths', async () => {
    const exchange = await testExchange();

    for (const path of ['/api/v1/historicalcharts', '//'])
      expect((await exchange.get(path)).status).toBe(404);
  });

  test('outlives a caller that dies while asking', async () => {
    const exchange = await testExchange();
    const { port } = new URL(exchange.url);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    const head = 'GET /breezeapi/api/v1/customerdetails HTTP/1.1\r\nHost: x\r\nContent-Length: 99';
    await new Promise((resolve) => void socket.write(`${head}\r\n\r\n{`, resolve));
    socket.destroy();

    await exchange.login();

    expect(rowsOf(await exchange.ask({}))).toHaveLength(75);
  });
});
