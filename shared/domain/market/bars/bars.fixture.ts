import type { Interval, TradingDay } from '../../../contracts/time.ts';
import type { Bars } from './bars.ts';
import { dayOf, dayStart } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';

/** What a test says of its bars; the rest follows from the closes. */
export interface BarsFixture {
  readonly close: readonly number[];
  /** Default: the close before it (its own close for the first bar). */
  readonly open?: readonly number[];
  /** Default: the higher of open and close. */
  readonly high?: readonly number[];
  /** Default: the lower of open and close. */
  readonly low?: readonly number[];
  /** Default: 1,000 each. */
  readonly volume?: readonly number[];
  /** Day of each daily bar. Default: weekdays from 2024-01-01 on, holidays or not. */
  readonly days?: readonly TradingDay[];
  /** Stamps of intraday bars. Default: one after the other from 09:15 of 2024-01-01. */
  readonly ts?: readonly number[];
  readonly symbol?: string;
  readonly interval?: Interval;
}

/** Bars for a test: `bars({ close: [1, 2, 3] })`. */
export function bars(fixture: BarsFixture): Bars {
  const { close, symbol = 'TEST', interval = '1d' } = fixture;
  const open = fixture.open ?? close.map((value, i) => close[i - 1] ?? value);
  const days = fixture.days ?? weekdays(close.length);
  const first = dayStart('2024-01-01' as TradingDay) + (9 * 60 + 15) * 60_000;
  const ts =
    fixture.ts ??
    (interval === '1d'
      ? days.map(dayStart)
      : close.map((_, i) => first + i * intervalMs[interval]));
  return {
    symbol,
    interval,
    ts: Float64Array.from(ts),
    open: Float64Array.from(open),
    high: Float64Array.from(fixture.high ?? close.map((value, i) => Math.max(value, open[i]))),
    low: Float64Array.from(fixture.low ?? close.map((value, i) => Math.min(value, open[i]))),
    close: Float64Array.from(close),
    volume: Float64Array.from(fixture.volume ?? close.map(() => 1000)),
  };
}

function weekdays(count: number): TradingDay[] {
  const days: TradingDay[] = [];
  const monday = dayStart('2024-01-01' as TradingDay);
  for (let i = 0; days.length < count; i++)
    if (i % 7 < 5) days.push(dayOf(monday + i * intervalMs['1d']));
  return days;
}
