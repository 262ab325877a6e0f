import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { rowsOf, testExchange, type Reply } from './exchange.fixture.ts';
import { callFaults, defaultFaults, faultChoice, type FaultAt } from './faults.ts';

const days = (from: string, to: string) => ({
  from_date: `${from}T00:00:00.000Z`,
  to_date: `${to}T23:59:59.000Z`,
});
const stampsOf = (reply: Reply): string[] => rowsOf(reply).map(({ datetime }) => datetime);
const at = (fault: FaultAt['fault'], day = '2024-01-05', more: Partial<FaultAt> = {}): FaultAt => ({
  fault,
  symbol: 'RELIANCE',
  day: day as TradingDay,
  ...more,
});

describe('a fault of the next call', () => {
  test.each([
    ['flaky-auth', 200, { Success: null, Status: 500, Error: 'Invalid User Details' }],
    [
      'service-error',
      200,
      {
        Success: null,
        Status: 500,
        Error: 'Error while calling service, Please contact admin (T2:155)',
      },
    ],
    ['empty', 200, { Error: null, Status: 200, Success: [] }],
  ] as const)('"%s" is said in the body, and the call after it succeeds', async (...of) => {
    const [fault, status, body] = of;
    const exchange = await testExchange();
    await exchange.login();

    exchange.next(fault);
    const [first, second] = [await exchange.ask({}), await exchange.ask({})];

    expect(first).toMatchObject({ status, json: body });
    expect(rowsOf(second)).toHaveLength(75);
    expect(exchange.calls().outcomes).toEqual({ session: 1, [fault]: 1, bars: 1 });
  });

  test.each([
    ['bad-gateway', 502, '502 Bad Gateway'],
    ['unavailable', 503, '503 Service Temporarily Unavailable'],
  ] as const)('"%s" is a page in HTML', async (fault, status, title) => {
    const exchange = await testExchange();
    await exchange.login();

    exchange.next(fault, 2);
    const replies = [await exchange.ask({}), await exchange.ask({}), await exchange.ask({})];

    expect(replies.map((reply) => reply.status)).toEqual([status, status, 200]);
    expect(replies[0]).toMatchObject({ type: 'text/html' });
    expect(replies[0].text).toContain(`<title>${title}</title>`);
  });

  test('"invalid-json" breaks off', async () => {
    const exchange = await testExchange();
    await exchange.login();

    exchange.next('invalid-json');
    const { status, text } = await exchange.ask({});

    expect(status).toBe(200);
    expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
  });

  test('"time-out" holds the connection, and no longer than it is told', async () => {
    const exchange = await testExchange({ faults: { holdMs: 50 } });
    await exchange.login();

    exchange.next('time-out');

    await expect(exchange.ask({})).rejects.toThrow('socket hang up');
    expect(rowsOf(await exchange.ask({}))).toHaveLength(75);
  });

  test('"time-out" does not keep the exchange from ending', async () => {
    const exchange = await testExchange();
    await exchange.login();

    exchange.next('time-out');
    const held = expect(exchange.ask({})).rejects.toThrow('socket hang up');
    await expect.poll(() => exchange.calls().outcomes['time-out']).toBe(1);
    await exchange.stop();

    await held;
  });
});

describe('faults of calls by seed', () => {
  test('befall their share of calls, each throw its own', () => {
    const choice = faultChoice(3, {
      ...defaultFaults,
      rates: { 'flaky-auth': 0.1, 'time-out': 0.05 },
    });
    const counts = new Map<string | undefined, number>();
    for (let call = 0; call < 10_000; call++) {
      const fault = choice.ofCall(`request ${call % 100}`, Math.floor(call / 100));
      counts.set(fault, (counts.get(fault) ?? 0) + 1);
    }

    expect(new Set(counts.keys())).toEqual(new Set(['flaky-auth', 'time-out', undefined]));
    // Three standard errors.
    expect(Math.abs((counts.get('flaky-auth') ?? 0) - 1000)).toBeLessThan(90);
    expect(Math.abs((counts.get('time-out') ?? 0) - 500)).toBeLessThan(66);
  });

  test.each(callFaults)('"%s" befalls every call at a share of 1', (fault) => {
    const choice = faultChoice(3, { ...defaultFaults, rates: { [fault]: 1 } });

    expect([1, 2, 3].map((time) => choice.ofCall('request', time))).toEqual([fault, fault, fault]);
  });

  test('are the same for a seed, in whatever order calls come', async () => {
    const faults = { rates: { 'flaky-auth': 0.5 } };
    const questions = Array.from({ length: 10 }, (_, i) => days('2024-01-01', `2024-01-${i + 11}`));
    const outcomes = async (order: typeof questions): Promise<Map<string, unknown>> => {
      const exchange = await testExchange({ faults, seed: 9 });
      while ((await exchange.login().catch(() => undefined)) === undefined);
      const replies = new Map<string, unknown>();
      for (const question of order)
        replies.set(question.to_date, (await exchange.ask(question)).json.Status);
      return replies;
    };

    const forwards = await outcomes(questions);
    const backwards = await outcomes(questions.toReversed());

    expect(new Set(forwards.values())).toEqual(new Set([200, 500]));
    for (const [question, status] of backwards) expect(forwards.get(question)).toBe(status);
  });
});

describe('faults of a day', () => {
  test('take the first bar of the session, and of no other day, symbol or interval', async () => {
    const exchange = await testExchange({ faults: { at: [at('missing-open')] } });
    await exchange.login();

    const five = stampsOf(await exchange.ask(days('2024-01-04', '2024-01-05')));
    const minute = stampsOf(await exchange.ask({ interval: '1minute' }));
    const other = stampsOf(await exchange.ask({ stock_code: 'INFTEC' }));
    const daily = stampsOf(await exchange.ask({ interval: '1day' }));

    expect(five).toHaveLength(149);
    expect(five.filter((stamp) => stamp.endsWith('09:15:00'))).toEqual(['2024-01-04 09:15:00']);
    expect([minute.length, other.length, daily.length]).toEqual([374, 75, 1]);
    expect(minute[0]).toBe('2024-01-05 09:16:00');
  });

  test('make one volume negative', async () => {
    const sound = await testExchange();
    const exchange = await testExchange({ faults: { at: [at('negative-volume')] } });
    await Promise.all([sound.login(), exchange.login()]);

    const rows = rowsOf(await exchange.ask({}));
    const expected = rowsOf(await sound.ask({}));

    expect(rows.filter(({ volume }) => volume < 0)).toHaveLength(1);
    expect(rows.map((row) => ({ ...row, volume: Math.abs(row.volume) }))).toEqual(expected);
  });

  test('lose a day for ever, at the interval that is named', async () => {
    const exchange = await testExchange({
      faults: {
        at: [at('missing-day'), at('missing-day', '2024-01-04', { interval: '1d' })],
      },
    });
    await exchange.login();
    const question = days('2024-01-04', '2024-01-08');

    const five = stampsOf(await exchange.ask(question));
    const daily = stampsOf(await exchange.ask({ ...question, interval: '1day' }));
    exchange.setClock('2025-10-27 08:00');
    await exchange.login();
    const later = stampsOf(await exchange.ask(question));

    expect(new Set(five.map((stamp) => stamp.slice(0, 10)))).toEqual(
      new Set(['2024-01-04', '2024-01-08']),
    );
    expect(daily).toEqual(['2024-01-05 00:00:00', '2024-01-08 00:00:00']);
    expect(later).toEqual(five);
  });

  test('hold a day back until it is asked for on another day', async () => {
    const exchange = await testExchange({ faults: { at: [at('late-day')] } });
    await exchange.login();

    const first = await exchange.ask({});
    const again = await exchange.ask({});
    exchange.setClock('2025-10-26 00:10');
    await exchange.login();
    const nextDay = await exchange.ask({});

    expect([first, again, nextDay].map((reply) => rowsOf(reply).length)).toEqual([0, 0, 75]);
  });

  test('befall their share of days by seed, at 5m and 1m alike, and no daily bar', async () => {
    const rates = { 'missing-day': 0.2 };
    const exchange = await testExchange({ faults: { rates }, cap: 100_000 });
    await exchange.login();
    const question = days('2023-01-01', '2023-12-31');
    const daysOf = (reply: Reply) => new Set(stampsOf(reply).map((stamp) => stamp.slice(0, 10)));

    const five = daysOf(await exchange.ask(question));
    const minute = daysOf(await exchange.ask({ ...question, interval: '1minute' }));
    const daily = daysOf(await exchange.ask({ ...question, interval: '1day' }));

    expect(daily.size).toBe(246);
    expect(minute).toEqual(five);
    // 0.2 of 246 are 49; the standard error is 6.
    expect(Math.abs(246 - five.size - 49)).toBeLessThan(19);
  });
});
