import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { dayOf, dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { intervalMs } from '../../shared/domain/market/calendar/interval.ts';
import type { Candle } from './candles.ts';

/** What was asked of the exchange and what came of it. */
export interface Calls {
  /** All calls, refused ones too. */
  readonly total: number;
  /** By what came of them: `bars`, `empty`, `session`, `quote`, a fault, a refusal. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Candles answered. */
  readonly candles: number;
  /** Answers that were cut off at the cap. */
  readonly capped: number;
  /** Times a request was answered with bars: `RELIND 5m <from_date> <to_date>`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Requests that were answered with bars more than once. */
  readonly repeatedRequests: readonly string[];
  /** Days whose bars were answered more than once, by whatever requests: `RELIND 5m 2024-01-01`. */
  readonly repeatedDays: readonly string[];
}

/** Bars that were answered. */
export interface Answered {
  readonly code: string;
  readonly interval: Interval;
  readonly request: string;
  readonly candles: readonly Candle[];
  readonly isCapped: boolean;
}

/** Keeps account of every call. */
export interface Ledger {
  came(outcome: string): void;
  answered(bars: Answered): void;
  calls(): Calls;
}

/** Opens an empty ledger. */
export function openLedger(): Ledger {
  const outcomes = new Map<string, number>();
  const requests = new Map<string, number>();
  const days = new Map<string, number>();
  let [candleCount, capped] = [0, 0];
  const count = (counts: Map<string, number>, key: string): void =>
    void counts.set(key, (counts.get(key) ?? 0) + 1);
  const repeated = (counts: ReadonlyMap<string, number>): string[] =>
    [...counts].flatMap(([key, times]) => (times > 1 ? key : []));
  return {
    came: (outcome) => count(outcomes, outcome),
    answered({ code, interval, request, candles, isCapped }) {
      count(requests, request);
      candleCount += candles.length;
      if (isCapped) capped++;
      for (const day of daysOf(candles)) count(days, `${code} ${interval} ${day}`);
    },
    calls: () => ({
      total: [...outcomes.values()].reduce((sum, times) => sum + times, 0),
      outcomes: Object.fromEntries(outcomes),
      candles: candleCount,
      capped,
      requests: Object.fromEntries(requests),
      repeatedRequests: repeated(requests),
      repeatedDays: repeated(days),
    }),
  };
}

/** The days of ascending candles, each once. */
function daysOf(candles: readonly Candle[]): TradingDay[] {
  const days: TradingDay[] = [];
  let end = -Infinity;
  for (const { ts } of candles) {
    if (ts < end) continue;
    const day = dayOf(ts);
    days.push(day);
    end = dayStart(day) + intervalMs['1d'];
  }
  return days;
}
