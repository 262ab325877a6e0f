import type { TradingDay } from '../../shared/contracts/time.ts';
import type { Calendar } from '../../shared/domain/market/calendar/calendar.ts';
import type { SimulatedInstrument } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { systemClock, type Clock } from '../../shared/runtime/clock.ts';
import type { Account } from './account.ts';
import type { Quotas } from './call-quota.ts';
import type { Faults } from './faults.ts';

/** A symbol that the exchange lists, with ICICI's code for it. */
export interface ExchangeInstrument extends SimulatedInstrument {
  readonly code: string;
}

/** What is served. */
export interface ExchangeOptions {
  readonly calendar: Calendar;
  readonly instruments: readonly ExchangeInstrument[];
  /** Bars, tokens and faults follow from it. Default 1. */
  readonly seed: number;
  /** The first simulated session's day; another one gives other bars. Default: the calendar's first. */
  readonly from: TradingDay;
  /** What time it is at the exchange; quotas, sessions and bars go by it. Default: this machine's. */
  readonly clock: Clock;
  /** Default: none goes wrong, and the last bar is unfinished while the market is open. */
  readonly faults: Partial<Faults>;
  /** Default: 100 calls a minute, 5,000 a day. */
  readonly quotas: Quotas;
  /** Candles in an answer, at most. Default 1,000. */
  readonly cap: number;
  /** Default: user `SIMULATED`, application key `simulated-key`, secret `simulated-secret`. */
  readonly account: Account;
  /** On loopback. Default: any that is free. */
  readonly port: number;
}

export const defaultExchangeOptions = {
  seed: 1,
  clock: systemClock,
  faults: {},
  quotas: { minute: 100, day: 5000 },
  cap: 1000,
  account: { user: 'SIMULATED', appKey: 'simulated-key', secret: 'simulated-secret' },
  port: 0,
} as const satisfies Partial<ExchangeOptions>;
