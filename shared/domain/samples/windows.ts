import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, daysBetween, type TradingDay } from '../../contracts/time.ts';
import type { Calendar } from '../market/calendar.ts';

/** One window of a recipe's grid; the same whatever run looks at it. */
export interface GridWindow {
  /** First day, inclusive. */
  readonly from: TradingDay;
  /** Day after the last. */
  readonly to: TradingDay;
  /**
   * The decision point: the last session before `to`. Absent where the calendar does not reach that
   * far, which is always later than any as-of day.
   */
  readonly decisionDay?: TradingDay;
  /** End of the evaluation span, exclusive: the next window's decision point. */
  readonly evaluateTo: TradingDay;
}

/**
 * The windows of a recipe's grid that start in `[from, to]`, in order.
 *
 * The grid is fixed by the recipe's anchor and step: asking for other days shows other windows of
 * the same grid, never the same windows shifted.
 *
 * @returns windows k with `anchor + k · stepDays` in `[from, to]`; k may be negative
 * @throws InputError if a window ends before the calendar begins: nobody knows its sessions
 */
export function gridWindows(
  recipe: Recipe,
  from: TradingDay,
  to: TradingDay,
  calendar: Calendar,
): GridWindow[] {
  const { anchor, stepDays, windowDays } = recipe;
  const first = Math.ceil(daysBetween(anchor, from) / stepDays);
  const last = Math.floor(daysBetween(anchor, to) / stepDays);
  const windows: GridWindow[] = [];
  for (let k = first; k <= last; k++) {
    const start = addDays(anchor, k * stepDays);
    const end = addDays(start, windowDays);
    const nextEnd = addDays(end, stepDays);
    const decisionDay = end <= calendar.to ? calendar.lastSessionBefore(end) : undefined;
    const evaluateTo = nextEnd <= calendar.to ? calendar.lastSessionBefore(nextEnd) : nextEnd;
    windows.push({
      from: start,
      to: end,
      evaluateTo,
      ...(decisionDay === undefined ? {} : { decisionDay }),
    });
  }
  return windows;
}
