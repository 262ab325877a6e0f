import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { chance } from '../../shared/domain/market/simulated/chance.ts';

/** What may befall a call, whatever it asks for; the same call made again is another throw. */
export const callFaults = [
  /** `Invalid User Details` though the session is good. */
  'flaky-auth',
  /** `Error while calling service, Please contact admin (T2:155)`. */
  'service-error',
  /** An HTML page, HTTP 502. */
  'bad-gateway',
  /** An HTML page, HTTP 503. */
  'unavailable',
  /** JSON that breaks off. */
  'invalid-json',
  /** The connection is held and nothing comes. */
  'time-out',
  /** No candles where there are some; asked again, they come. History only. */
  'empty',
] as const;
export type CallFault = (typeof callFaults)[number];

/** What may be wrong with a symbol's bars of a day, whoever asks. */
export const dayFaults = [
  /** The first bar of the session is not there. */
  'missing-open',
  /** One bar's volume is negative. */
  'negative-volume',
  /** The day is not there: a vendor gap. */
  'missing-day',
  /** The day is not there until it is asked for on another day than the first time. */
  'late-day',
] as const;
export type DayFault = (typeof dayFaults)[number];

/** A fault by switch: exactly there. */
export interface FaultAt {
  readonly fault: DayFault;
  readonly symbol: string;
  readonly day: TradingDay;
  /** Both of 5m and 1m where absent: vendors lose days of minutes that their daily bars have. */
  readonly interval?: Interval;
}

/** What goes wrong at the exchange. */
export interface Faults {
  /**
   * By seed: the share of calls, or of a symbol's days at 5m and 1m, that a fault befalls, in [0, 1];
   * never where absent. The shares of call faults add up to 1 at most. Default: none.
   */
  readonly rates: Readonly<Partial<Record<CallFault | DayFault, number>>>;
  /** By switch. Default: none. */
  readonly at: readonly FaultAt[];
  /** Whether answers end in the bar that is still being traded. Default true. */
  readonly unfinishedBar: boolean;
  /** How long a `time-out` holds the connection, in milliseconds of this machine. Default 120,000. */
  readonly holdMs: number;
}

export const defaultFaults: Faults = { rates: {}, at: [], unfinishedBar: true, holdMs: 120_000 };

/** Decides what goes wrong, the same for a seed in whatever order calls come. */
export interface FaultChoice {
  /** What befalls a call that is made for the `time`th time, if anything. */
  ofCall(key: string, time: number): CallFault | undefined;
  /** Whether a fault befalls a symbol's bars of a day. */
  befalls(fault: DayFault, symbol: string, interval: Interval, day: TradingDay): boolean;
}

/** Makes the choice of a seed. */
export function faultChoice(seed: number, { rates, at }: Faults): FaultChoice {
  const key = (fault: string, symbol: string, interval: Interval, day: TradingDay): string =>
    `${fault} ${symbol} ${interval} ${day}`;
  const switched = new Set(
    at.flatMap(({ fault, symbol, day, interval }) =>
      (interval === undefined ? (['5m', '1m'] as const) : [interval]).map((one) =>
        key(fault, symbol, one, day),
      ),
    ),
  );
  return {
    ofCall(call, time) {
      let left = chance(`${seed} call ${call} ${time}`).uniform();
      return callFaults.find((fault) => (left -= rates[fault] ?? 0) < 0);
    },
    befalls(fault, symbol, interval, day) {
      if (switched.has(key(fault, symbol, interval, day))) return true;
      const rate = interval === '1d' ? 0 : (rates[fault] ?? 0);
      return rate > 0 && chance(`${seed} ${fault} ${symbol} ${day}`).uniform() < rate;
    },
  };
}
