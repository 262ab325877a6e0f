import {
  calendar,
  testExchange,
  type TestExchange,
} from '../../../scripts/exchange/exchange.fixture.ts';
import type { ExchangeOptions } from '../../../scripts/exchange/options.ts';
import type { EpochMs, Interval, TradingDay } from '../../contracts/time.ts';
import type { Clock } from '../clock.ts';
import { Secret } from '../stack/secret.ts';
import { exchangeSession } from './breeze-session.ts';
import { breezeSource, type BreezeOptions } from './breeze.ts';
import type { BarRequest, BarSource } from './source.ts';

/** A source over a simulated exchange of its own, whose clock a test sets. */
export interface Desk {
  readonly exchange: TestExchange;
  readonly source: BarSource;
  /** What time it is at the exchange, e.g. `2024-01-05 10:00`. */
  setTime(time: string): void;
  /** A person logs in and hands over the session. */
  renew(): Promise<void>;
  /** Requests that were counted so far. */
  taken(): number;
}

/** Sits down before an exchange on Saturday, 2025-10-25, 18:00, with a session in hand. */
export async function desk(
  served: Partial<ExchangeOptions> = {},
  changed: Partial<BreezeOptions> = {},
): Promise<Desk> {
  let now = timeAt('2025-10-25 18:00');
  let token: Secret | undefined;
  let taken = 0;
  const clock: Clock = () => now;
  const exchange = await testExchange({ clock, ...served });
  const call = {
    source: 'simulated',
    clock,
    timeoutMs: 10_000,
    appKey: new Secret(exchange.account.appKey),
  };
  const source = breezeSource({
    ...call,
    historyUrl: exchange.url,
    token: async () => token,
    quota: {
      take() {
        taken++;
        return { granted: true };
      },
    },
    finalAt: (day) => calendar.session(day)?.finalAt ?? now,
    ...changed,
  });
  const renew = async (): Promise<void> => {
    const asked = { ...call, apiUrl: exchange.url };
    token = await exchangeSession(asked, new Secret(exchange.apiSession()));
  };
  await renew();
  return {
    exchange,
    source,
    setTime: (time) => void (now = timeAt(time)),
    renew,
    taken: () => taken,
  };
}

/** RELIANCE over the days `[from, to)`. */
export function reliance(interval: Interval, from: string, to: string): BarRequest {
  return {
    symbol: 'RELIANCE',
    code: 'RELIND',
    interval,
    from: from as TradingDay,
    to: to as TradingDay,
  };
}

function timeAt(text: string): EpochMs {
  return Date.parse(`${text.replace(' ', 'T')}+05:30`) as EpochMs;
}
