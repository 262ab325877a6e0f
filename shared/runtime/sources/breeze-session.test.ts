import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Secret } from '../stack/secret.ts';
import { systemClock } from '../clock.ts';
import { exchangeSession, type ExchangeOptions } from './breeze-session.ts';
import { desk, type Desk } from './breeze.fixture.ts';

function optionsOf({ exchange }: Desk): ExchangeOptions {
  return {
    source: 'breeze',
    clock: systemClock,
    timeoutMs: 10_000,
    apiUrl: exchange.url,
    appKey: new Secret(exchange.account.appKey),
  };
}

describe('exchangeSession', () => {
  test('gives the token that later calls are made with', async () => {
    const opened = await desk();
    const apiSession = new Secret(opened.exchange.apiSession());

    const token = await exchangeSession(optionsOf(opened), apiSession);

    expect(Buffer.from(token.reveal(), 'base64').toString()).toMatch(/^SIMULATED:/);
  });

  test.each([
    ['never was', () => '12345678'],
    [
      'is of yesterday',
      ({ exchange, setTime }: Desk) => {
        const old = exchange.apiSession();
        setTime('2025-10-26 09:00');
        return old;
      },
    ],
  ])('says what to do with a session that %s, without quoting it', async (_, sessionOf) => {
    const opened = await desk();
    const apiSession = sessionOf(opened);

    const refused = await exchangeSession(optionsOf(opened), new Secret(apiSession)).catch(
      (error: unknown) => error,
    );

    expect(refused).toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('log in again and hand over the API_Session'),
    });
    expect(inspect(refused, { depth: 9 })).not.toContain(apiSession);
  });

  test('says whose key is wrong', async () => {
    const opened = await desk();
    const options = { ...optionsOf(opened), appKey: new Secret('another') };

    await expect(
      exchangeSession(options, new Secret(opened.exchange.apiSession())),
    ).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining('BREEZE_APP_KEY'),
    });
  });

  test('comes through a flaky answer, and says of others that they pass', async () => {
    const opened = await desk();
    const apiSession = new Secret(opened.exchange.apiSession());

    opened.exchange.next('flaky-auth');
    await expect(exchangeSession(optionsOf(opened), apiSession)).resolves.toBeInstanceOf(Secret);
    opened.exchange.next('bad-gateway');
    await expect(exchangeSession(optionsOf(opened), apiSession)).rejects.toMatchObject({
      name: 'SourceError',
      fields: { wait: 'outage' },
    });
  });

  test('gives up on a server that answers nothing', async () => {
    const opened = await desk();
    opened.exchange.next('time-out');

    await expect(
      exchangeSession({ ...optionsOf(opened), timeoutMs: 200 }, new Secret('1')),
    ).rejects.toMatchObject({ message: expect.stringContaining('nothing within 200 ms') });
  });
});
