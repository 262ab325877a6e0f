import type { Recipe } from '../../../contracts/recipe.ts';
import { sliceBars, type Bars } from '../../market/bars/bars.ts';
import type { Calendar } from '../../market/calendar/calendar.ts';
import { dayOf, dayStart } from '../../market/calendar/exchange-time.ts';
import { decideWindows } from '../../samples/decisions.ts';
import { decidePool } from '../../samples/pooled-decisions.ts';
import { gridWindows } from '../../samples/windows.ts';
import type { PooledInput, SymbolInput, WindowInput } from '../../training/window-sets.ts';
import type { Universe } from './universe.ts';

/** Whose windows are wanted, and how many, from the anchor on. */
export interface WindowsAsked {
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on. */
  readonly poolRecipe?: Recipe;
  readonly windows: number;
}

const instrumentClass = 'derivatives';

/** What production would hand to the fits of the teachers of a recipe's windows. */
export function windowInputs(universe: Universe, asked: WindowsAsked): WindowInput[] {
  const { poolRecipe = asked.recipe } = asked;
  if (poolRecipe.minimumPool !== undefined) return pooledInputs(universe, asked);
  const { symbols, calendar } = universe;
  return symbols.flatMap(({ bars }) => symbolInputs(bars, calendar, asked));
}

/** What production would hand to the fits of a symbol's windows, those that it skips left out. */
export function symbolInputs(bars: Bars, calendar: Calendar, asked: WindowsAsked): SymbolInput[] {
  const { recipe } = asked;
  const { grid, dueUntil } = gridOf(bars, calendar, asked);
  const facts = { bars, instrumentClass } as const;
  return decideWindows(grid, facts, { recipe, calendar, dueUntil }).flatMap((decided) => {
    if (decided.skip !== undefined) return [];
    const { span, predictions } = decided.ranges;
    return [{ bars: sliceBars(bars, predictions.start, predictions.end), span, recipe }];
  });
}

/** The same of the pooled windows of a universe, which residual students stand on. */
export function pooledInputs({ symbols, calendar }: Universe, asked: WindowsAsked): PooledInput[] {
  const { poolRecipe: recipe = asked.recipe } = asked;
  const { grid, dueUntil } = gridOf(symbols[0].bars, calendar, asked);
  const candidates = symbols.map(
    ({ bars }) => ({ symbol: bars.symbol, bars, instrumentClass }) as const,
  );
  const context = { recipe, calendar, dueUntil, isMember: () => true };
  return decidePool(grid, candidates, context).flatMap((decided) => {
    if (decided.skip !== undefined) return [];
    const members = decided.members.map(({ bars, effectiveFrom, ranges: { predictions } }) => ({
      bars: sliceBars(bars, predictions.start, predictions.end),
      fromTs: dayStart(effectiveFrom),
    }));
    return [{ members, span: decided.members[0].ranges.span, recipe }];
  });
}

function gridOf({ ts }: Bars, calendar: Calendar, { recipe, windows }: WindowsAsked) {
  const dueUntil = dayOf(ts[ts.length - 1]);
  const grid = gridWindows(recipe, recipe.grid.anchor, dueUntil, calendar).slice(0, windows);
  return { grid, dueUntil };
}
