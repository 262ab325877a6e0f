import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EpochMs } from '../../contracts/time.ts';
import { exchangeIso } from '../../domain/market/calendar/exchange-time.ts';
import { Secret } from '../stack/secret.ts';
import { desk, reliance } from './breeze.fixture.ts';

const friday = reliance('5m', '2025-10-24', '2025-10-25');
const signal = new AbortController().signal;
const stampsOf = ({ ts }: { readonly ts: Float64Array }): string[] =>
  Array.from(ts, (ms) => exchangeIso(ms).slice(0, 16));

describe('breezeSource', () => {
  test('is raw, capped at 1,000 rows, and of the name it is given', async () => {
    const { source } = await desk();

    expect(source).toMatchObject({ name: 'simulated', adjustment: 'raw', maximumRows: 1000 });
  });

  test.each([
    ['1d', 3, '2025-10-23T00:00', '2025-10-21T00:00'],
    ['5m', 162, '2025-10-23T15:25', '2025-10-21T13:45'],
    ['1m', 810, '2025-10-23T15:29', '2025-10-21T13:45'],
  ] as const)(
    'brings all bars of Muhurat and the next session at %s',
    async (interval, rows, last, first) => {
      const { source } = await desk();

      const bars = await source.fetch(reliance(interval, '2025-10-20', '2025-10-24'), signal);

      const stamps = stampsOf(bars);
      expect([stamps.length, stamps.at(-1)]).toEqual([rows, last]);
      expect(stamps).toContain(first);
      expect(bars).toMatchObject({ symbol: 'RELIANCE', interval });
    },
  );

  test('hands over an answer that is cut off as it came', async () => {
    const { source } = await desk();

    const bars = await source.fetch(reliance('5m', '2025-08-01', '2025-10-25'), signal);

    expect(bars.ts).toHaveLength(source.maximumRows);
  });

  test.each([
    ['10:00:59', '09:50'],
    ['10:01:00', '09:55'],
    ['15:31:00', '15:25'],
  ])('at %s ends in the bar of %s: the next may still change', async (time, last) => {
    const { source, setTime, renew } = await desk();
    setTime(`2025-10-24 ${time}`);
    await renew();

    const bars = await source.fetch(friday, signal);

    expect(stampsOf(bars).at(-1)).toBe(`2025-10-24T${last}`);
  });

  test.each([
    ['15:30:59', '2025-10-23T00:00'],
    ['15:31:00', '2025-10-24T00:00'],
  ])('at %s holds daily bars up to %s', async (time, last) => {
    const { source, setTime, renew } = await desk();
    setTime(`2025-10-24 ${time}`);
    await renew();

    const bars = await source.fetch(reliance('1d', '2025-10-20', '2025-10-27'), signal);

    expect(stampsOf(bars).at(-1)).toBe(last);
  });

  test('asks nothing where no bar can be finished yet', async () => {
    const { source, exchange, taken } = await desk();
    const before = exchange.calls().total;

    const bars = await source.fetch(reliance('1d', '2025-10-27', '2025-10-28'), signal);

    expect(bars.ts).toHaveLength(0);
    expect([exchange.calls().total, taken()]).toEqual([before, 0]);
  });

  test('waits for a session where none was handed over, and asks nothing', async () => {
    const { source, exchange } = await desk({}, { token: async () => undefined });
    const before = exchange.calls().total;

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      name: 'SourceError',
      fields: { source: 'simulated', wait: 'session' },
      message: expect.stringContaining('session --source simulated'),
    });
    expect(exchange.calls().total).toBe(before);
  });

  test('waits for a session from midnight on, and goes on with a new one', async () => {
    const { source, setTime, renew } = await desk();
    setTime('2025-10-26 00:00:01');

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      fields: { wait: 'session' },
    });
    await renew();

    expect((await source.fetch(friday, signal)).ts).toHaveLength(75);
  });

  test.each([1, 2])('forgives %i flaky refusals in a row, each counted', async (times) => {
    const { source, exchange, taken } = await desk();
    exchange.next('flaky-auth', times);

    expect((await source.fetch(friday, signal)).ts).toHaveLength(75);
    expect(taken()).toBe(times + 1);
  });

  test('takes three flaky refusals in a row for an outage', async () => {
    const { source, exchange, taken } = await desk();
    exchange.next('flaky-auth', 3);

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      name: 'SourceError',
      fields: { wait: 'outage' },
    });
    expect(taken()).toBe(3);
  });

  test.each(['service-error', 'bad-gateway', 'unavailable', 'invalid-json'] as const)(
    'takes %s for an outage at the first try, and the next call comes through',
    async (fault) => {
      const { source, exchange, taken } = await desk();
      exchange.next(fault);

      await expect(source.fetch(friday, signal)).rejects.toMatchObject({
        name: 'SourceError',
        fields: { source: 'simulated', wait: 'outage' },
      });
      expect(taken()).toBe(1);
      expect((await source.fetch(friday, signal)).ts).toHaveLength(75);
    },
  );

  test('takes silence for an outage once its time is up', async () => {
    const { source, exchange } = await desk({}, { timeoutMs: 200 });
    exchange.next('time-out');

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      fields: { wait: 'outage' },
      message: expect.stringContaining('nothing within 200 ms'),
    });
  });

  test('takes a refused connection for an outage', async () => {
    const { source, exchange } = await desk();
    await exchange.stop();

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      fields: { wait: 'outage' },
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  test('ends with its caller’s reason where it is cancelled, not with one of its own', async () => {
    const { source, exchange } = await desk();
    exchange.next('time-out');
    const cancel = new AbortController();

    const fetched = source.fetch(friday, cancel.signal);
    setImmediate(() => cancel.abort(new Error('drained')));

    await expect(fetched).rejects.toThrow('drained');
  });

  test('hands over an empty answer as one', async () => {
    const { source, exchange } = await desk();
    exchange.next('empty');

    expect((await source.fetch(friday, signal)).ts).toHaveLength(0);
  });

  test.each([
    ['minute', { minute: 2, day: 100 }, 'minute-quota', 60_000],
    ['day', { minute: 100, day: 2 }, 'day-quota', 6 * 3_600_000 + 300_000],
  ])('says how long the exchange’s quota of a %s lasts', async (_, quotas, wait, afterMs) => {
    const { source } = await desk({ quotas });
    await source.fetch(friday, signal);

    const refused = await source.fetch(friday, signal).catch((error: unknown) => error);

    expect(refused).toMatchObject({ name: 'SourceError', fields: { wait } });
    const { fields } = refused as { readonly fields: { readonly afterMs: number } };
    expect(Math.abs(fields.afterMs - afterMs)).toBeLessThan(1_000);
  });

  test('asks nothing where its own quota is used up', async () => {
    const untilMs = Date.parse('2025-10-26T00:05:00+05:30') as EpochMs;
    const quota = { take: () => ({ granted: false, limit: 'day', untilMs }) as const };
    const { source, exchange } = await desk({}, { quota });
    const before = exchange.calls().total;

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      fields: { wait: 'day-quota', afterMs: 6 * 3_600_000 + 300_000 },
    });
    expect(exchange.calls().total).toBe(before);
  });

  test('blames a wrong app key on its caller', async () => {
    const { source } = await desk({}, { appKey: new Secret('another') });

    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('correct BREEZE_APP_KEY'),
    });
  });

  test('quotes no secret, even where the answer does', async () => {
    const echo = createServer(({ headers }, response) => {
      const said = `${String(headers['x-sessiontoken'])} and ${String(headers.apikey)} are wrong`;
      response.end(JSON.stringify({ Success: null, Status: 500, Error: said }));
    }).listen(0, '127.0.0.1');
    await once(echo, 'listening');
    onTestFinished(() => void echo.close());
    const { source } = await desk(
      {},
      {
        historyUrl: `http://127.0.0.1:${(echo.address() as AddressInfo).port}`,
        token: async () => new Secret('c2VjcmV0OnRva2Vu'),
        appKey: new Secret('the-app-key'),
      },
    );

    const refused = await source.fetch(friday, signal).catch((error: unknown) => error);

    expect(inspect(refused, { depth: 9 })).toContain('[secret] and [secret] are wrong');
    expect(inspect(refused, { depth: 9, showHidden: true })).not.toMatch(/c2Vjcm|the-app-key/);
  });
});
