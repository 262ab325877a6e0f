import type { TradingDay } from '../../../contracts/time.ts';
import { firstAtOrAfter, type Bars } from './bars.ts';
import { dayOf, dayStart } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';

/** The bars `[start, end)` of one day, by index. */
export interface BarDay {
  readonly day: TradingDay;
  readonly start: number;
  readonly end: number;
}

/** The days that have bars, ascending, each with its bars. */
export function barDays(bars: Bars): readonly BarDay[] {
  const days: BarDay[] = [];
  for (let start = 0; start < bars.ts.length;) {
    const day = dayOf(bars.ts[start]);
    const end = firstAtOrAfter(bars, dayStart(day) + intervalMs['1d']);
    days.push({ day, start, end });
    start = end;
  }
  return days;
}
