import type { TradingDay } from '../../contracts/time.ts';
import { firstAtOrAfter, type Bars } from './bars.ts';
import type { Calendar } from './calendar.ts';
import { dayStart } from './exchange-time.ts';

/** How much of what should exist exists. */
export interface Coverage {
  /** Bars of every session in the span. */
  readonly expectedBars: number;
  /** Those of them that exist. */
  readonly presentBars: number;
  /** Their ratio, in [0, 1]; 1 where nothing is expected, since nothing is missing. */
  readonly coverage: number;
}

/**
 * Counts the bars of `[from, to)` against the sessions.
 *
 * A bar outside continuous trading, of a closing auction for one, is not counted as present.
 *
 * @throws InputError if the span leaves the calendar
 */
export function coverage(
  bars: Bars,
  calendar: Calendar,
  from: TradingDay,
  to: TradingDay,
): Coverage {
  let expectedBars = 0;
  let presentBars = 0;
  for (const day of calendar.sessions(from, to)) {
    expectedBars += calendar.expectedBars(day, bars.interval);
    if (bars.interval === '1d') {
      const midnight = dayStart(day);
      if (bars.ts[firstAtOrAfter(bars, midnight)] === midnight) presentBars++;
    } else
      for (const { start, end } of calendar.session(day)?.spans ?? [])
        presentBars += firstAtOrAfter(bars, end) - firstAtOrAfter(bars, start);
  }
  const share = expectedBars === 0 ? 1 : presentBars / expectedBars;
  return { expectedBars, presentBars, coverage: share };
}
