import { InputError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, daysBetween, type TradingDay } from '../../contracts/time.ts';
import type { Calendar } from '../market/calendar/calendar.ts';

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

type GridRecipe = Pick<Recipe, 'grid'>;

/**
 * The windows of a recipe's grid that start in `[from, to]`, in order.
 *
 * The grid is fixed by the recipe's anchor and step: asking for other days shows other windows of
 * the same grid, never the same windows shifted. A grid of sessions knows windows that start inside
 * the calendar only.
 *
 * @returns windows k that start `k · step` days or sessions after the anchor; k may be negative
 * @throws InputError if a window ends before the calendar begins: nobody knows its sessions; or the
 *   anchor of a grid of sessions lies outside of it
 */
export function gridWindows(
  recipe: GridRecipe,
  from: TradingDay,
  to: TradingDay,
  calendar: Calendar,
): GridWindow[] {
  return recipe.grid.unit === 'days'
    ? dayWindows(recipe, from, to, calendar)
    : sessionWindows(recipe, from, to, calendar);
}

function dayWindows(
  { grid: { anchor, step, length } }: GridRecipe,
  from: TradingDay,
  to: TradingDay,
  calendar: Calendar,
): GridWindow[] {
  const first = Math.ceil(daysBetween(anchor, from) / step);
  const last = Math.floor(daysBetween(anchor, to) / step);
  const windows: GridWindow[] = [];
  for (let k = first; k <= last; k++) {
    const start = addDays(anchor, k * step);
    const end = addDays(start, length);
    const nextEnd = addDays(end, step);
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

function sessionWindows(
  { grid: { anchor, step, length } }: GridRecipe,
  from: TradingDay,
  to: TradingDay,
  calendar: Calendar,
): GridWindow[] {
  const sessions = calendar.sessions(calendar.from, calendar.to);
  const indexOf = (day: TradingDay): number => sessions.filter((session) => session < day).length;
  if (!calendar.covers(anchor))
    throw new InputError(
      `anchor "${anchor}" lies outside the calendar, which covers "${calendar.from}" to ` +
        `"${addDays(calendar.to, -1)}": nobody can count sessions from it`,
      { anchor },
    );
  const origin = indexOf(anchor);
  const first = Math.ceil((indexOf(from) - origin) / step);
  const last = Math.floor((indexOf(addDays(to, 1)) - 1 - origin) / step);
  const windows: GridWindow[] = [];
  for (let k = first; k <= last; k++) {
    const start = origin + k * step;
    const decision = start + length - 1;
    const decisionDay = sessions.at(decision);
    windows.push({
      from: sessions[start],
      to: addDays(sessions[decision] ?? projected(decision), 1),
      evaluateTo: sessions[decision + step] ?? projected(decision + step),
      ...(decisionDay === undefined ? {} : { decisionDay }),
    });
  }
  return windows;

  /** About when a session beyond the calendar will be: a name for a window that is not due. */
  function projected(index: number): TradingDay {
    const beyond = index - sessions.length + 1;
    return addDays(sessions[sessions.length - 1], Math.ceil((beyond * 7) / 5));
  }
}
