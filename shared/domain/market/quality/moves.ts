import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { barDays, type BarDay } from '../bars/bar-days.ts';
import type { Bars } from '../bars/bars.ts';
import type { Calendar } from '../calendar/calendar.ts';
import { median } from '../actions/detector.ts';
import { clockOf } from '../calendar/exchange-time.ts';
import type { Flaw } from './flaw.ts';

/** Log returns from here on need a reason; ±0.25 is 78 % to 128 % of the price before. */
const largestReturn = 0.25;

/** Typical prices of neighbouring days lie within this ratio, or they are of different things. */
const largestLevelRatio = 2;

/** Sessions apart at most: over a longer hole a price may go anywhere. */
const longestGap = 5;

/**
 * Finds prices that jump: from one bar to the next by a quarter, or from one day to the next to
 * another level altogether. A jump overnight that `isExplained` is none; one night, one flaw.
 *
 * @param bars - sound bars of sessions of the calendar
 * @param isExplained - whether a confirmed corporate action has this ex-date
 */
export function moveFlaws(
  bars: Bars,
  calendar: Calendar,
  isExplained: (day: TradingDay) => boolean,
): Flaw[] {
  const flaws: Flaw[] = [];
  let before: BarDay | undefined;
  for (const today of barDays(bars)) {
    const isNext =
      before !== undefined && calendar.sessions(before.day, today.day).length <= longestGap;
    if (before !== undefined && isNext && !isExplained(today.day))
      flaws.push(...overnight(bars, before, today));
    for (let i = today.start + 1; i < today.end; i++)
      flaws.push(...largeMove(bars, i, today.day, clockOf(bars.ts[i])));
    before = today;
  }
  return flaws;
}

function overnight(bars: Bars, before: BarDay, today: BarDay): Flaw[] {
  const ratio = typicalClose(bars, today) / typicalClose(bars, before);
  if (ratio >= 1 / largestLevelRatio && ratio <= largestLevelRatio)
    return largeMove(bars, today.start, today.day, `"${before.day}"`);
  const detail =
    `prices are "${ratio.toFixed(3)}" times those of "${before.day}": another instrument, ` +
    'or a corporate action that nobody confirmed';
  return [{ rule: 'wrong-instrument', ...on(today.day), count: today.end - today.start, detail }];
}

function largeMove(bars: Bars, i: number, day: TradingDay, since: string): Flaw[] {
  const [from, to] = [bars.close[i - 1], bars.close[i]];
  const move = Math.log(to / from);
  if (Math.abs(move) < largestReturn) return [];
  const detail = `close "${from}" to "${to}" since ${since}, a log return of "${move.toFixed(3)}"`;
  return [{ rule: 'large-move', ...on(day), count: 1, detail }];
}

function typicalClose(bars: Bars, { start, end }: BarDay): number {
  return median(bars.close.subarray(start, end));
}

function on(day: TradingDay): { readonly from: TradingDay; readonly to: TradingDay } {
  return { from: day, to: addDays(day, 1) };
}
