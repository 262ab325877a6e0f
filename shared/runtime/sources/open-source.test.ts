import { describe, expect, onTestFinished, test } from 'vitest';
import { calendar, testExchange } from '../../../scripts/exchange/exchange.fixture.ts';
import { checkout, readConfig, type Config } from '../stack/config.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { scaledClock } from '../clock.ts';
import type { DataRoot } from '../data-root.ts';
import { scratchRoot } from '../scratch.fixture.ts';
import { Secret } from '../stack/secret.ts';
import { reliance } from './breeze.fixture.ts';
import {
  codeAt,
  openSource,
  sessionExchange,
  sourceClock,
  type OpenSource,
  type SourceName,
} from './open-source.ts';

const signal = new AbortController().signal;
const secretKey = new Secret('a key of the operator’s own');
const friday = reliance('5m', '2025-10-24', '2025-10-25');

/** A clock at which a minute of this machine is ten hours of the exchange. */
const clock = {
  real: Date.now() as EpochMs,
  exchange: Date.parse('2025-10-25T10:00:00+05:30') as EpochMs,
  scale: 600,
};

/** The configuration of a simulated exchange that is running, as a stack's file gives it. */
async function simulation(perDay = 100): Promise<Config & { readonly apiSession: Secret }> {
  const exchange = await testExchange({ clock: scaledClock(clock) });
  const { sources, ...config } = await readConfig({
    SENSEQUANT_CONFIG: `${checkout}/temporal-dev.yaml`,
  });
  return {
    ...config,
    secretKey,
    sources: {
      ...sources,
      simulated: {
        protocol: 'breeze',
        url: exchange.url,
        appKey: exchange.account.appKey,
        clock,
        perMinute: 80,
        perDay,
        requestsInFlight: 3,
      },
    },
    apiSession: new Secret(exchange.apiSession()),
  };
}

function opened(config: Config, root: DataRoot, name: SourceName): OpenSource {
  const source = openSource(config, root, name, calendar);
  onTestFinished(() => source.close());
  return source;
}

describe('openSource', () => {
  test('asks a simulated exchange by its clock, with the session that was handed over', async () => {
    const root = await scratchRoot();
    const config = await simulation();
    const source = opened(config, root, 'simulated');
    await expect(source.fetch(friday, signal)).rejects.toMatchObject({
      fields: { wait: 'session' },
    });

    await sessionExchange(config, root, 'simulated')(config.apiSession);

    expect((await source.fetch(friday, signal)).ts).toHaveLength(75);
    expect(source).toMatchObject({ name: 'simulated', adjustment: 'raw' });
    expect(source.clock.scale).toBe(600);
  });

  test('counts requests with every other process of the data root', async () => {
    const root = await scratchRoot();
    const config = await simulation(2);
    await sessionExchange(config, root, 'simulated')(config.apiSession);

    await opened(config, root, 'simulated').fetch(friday, signal);
    await opened(config, root, 'simulated').fetch(friday, signal);

    await expect(opened(config, root, 'simulated').fetch(friday, signal)).rejects.toMatchObject({
      name: 'SourceError',
      fields: { source: 'simulated', wait: 'day-quota' },
    });
  });

  test('opens Yahoo without any key', async () => {
    const config = await readConfig({});

    expect(opened(config, await scratchRoot(), 'yahoo')).toMatchObject({
      name: 'yahoo',
      adjustment: 'vendor',
    });
  });

  test('wants the key that sessions are read by before a run waits for one', async () => {
    const { secretKey: _, ...keyless } = await simulation();
    const root = await scratchRoot();

    expect(() => openSource(keyless, root, 'simulated', calendar)).toThrow(
      'SENSEQUANT_SECRET_KEY is not set',
    );
  });

  test('says what is not configured', async () => {
    const root = await scratchRoot();
    const config = await readConfig({});

    expect(() => openSource(config, root, 'breeze', calendar)).toThrow('BREEZE_APP_KEY is not set');
    expect(() => openSource(config, root, 'simulated', calendar)).toThrow(
      'no simulated exchange is configured',
    );
  });
});

describe('sessionExchange', () => {
  test('wants its key before the session, which may be good for one exchange only', async () => {
    const { secretKey: _, ...keyless } = await simulation();

    const root = await scratchRoot();

    expect(() => sessionExchange(keyless, root, 'simulated')).toThrow(
      'SENSEQUANT_SECRET_KEY is not set',
    );
  });
});

describe('sourceClock', () => {
  test('is this machine’s for real sources, whatever a simulation has', async () => {
    const config = await simulation();

    expect(Math.abs(sourceClock(config, 'breeze')() - Date.now())).toBeLessThan(60_000);
    expect(sourceClock(config, 'simulated')()).toBeLessThan(Date.parse('2025-10-27T00:00:00Z'));
  });
});

describe('codeAt', () => {
  test('is ICICI’s code at a broker, real or simulated, and the ticker at Yahoo', () => {
    const infosys = { symbol: 'INFY', isecCode: 'INFTEC' };

    expect(codeAt('breeze', infosys)).toBe('INFTEC');
    expect(codeAt('simulated', infosys)).toBe('INFTEC');
    expect(codeAt('yahoo', infosys)).toBe('INFY.NS');
    expect(codeAt('breeze', { symbol: 'NEW' })).toBeUndefined();
  });
});
