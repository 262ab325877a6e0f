import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import type { BarRange } from '../market/actions/adjustment.ts';
import { firstAtOrAfter, type Bars } from '../market/bars/bars.ts';
import { dayStart } from '../market/calendar/exchange-time.ts';
import { warmupStart } from './feature-blocks.ts';
import type { WindowSpan } from './sample-set.ts';
import { labelBars } from './symbol-labels.ts';
import type { GridWindow } from './windows.ts';

/** A window whose decision point the calendar knows. */
export type DueWindow = GridWindow & { readonly decisionDay: TradingDay };

/** What a window's fits read and learn from. */
export interface WindowRows {
  readonly span: WindowSpan;
  /** From warm-up to the decision point: what the teacher may know. */
  readonly teacher: BarRange;
  /** From warm-up to the end of the last label of the evaluation span, as far as there are bars. */
  readonly predictions: BarRange;
}

/** Bars of a window's evaluation span, from a day on. */
export function judgedRows(
  bars: Bars,
  window: DueWindow,
  recipe: Recipe,
  day?: TradingDay,
): number {
  const { evaluateFromTs, evaluateToTs } = windowSpan(window, window.from, recipe);
  const from = day === undefined ? evaluateFromTs : Math.max(evaluateFromTs, dayStart(day));
  return Math.max(0, firstAtOrAfter(bars, evaluateToTs) - firstAtOrAfter(bars, from));
}

/** The same rows without what lies behind a day; labels that reach so far are not known then. */
export function readUntil(bars: Bars, ranges: WindowRows, day: TradingDay): WindowRows {
  const { start } = ranges.predictions;
  return { ...ranges, predictions: { start, end: firstAtOrAfter(bars, dayStart(day)) } };
}

/**
 * When a window trains and is judged.
 *
 * @param effectiveFrom - the window's first day, clipped at the listing
 */
function windowSpan(
  window: Pick<DueWindow, 'decisionDay' | 'evaluateTo'>,
  effectiveFrom: TradingDay,
  recipe: Recipe,
): WindowSpan {
  // A label that ends in its own session is known at the decision day's close: what is judged then
  // begins and ends a day later.
  const later = recipe.label.kind === 'intraday' ? 1 : 0;
  return {
    fromTs: dayStart(effectiveFrom),
    decisionEndTs: dayStart(addDays(window.decisionDay, 1)),
    evaluateFromTs: dayStart(addDays(window.decisionDay, later)),
    evaluateToTs: dayStart(addDays(window.evaluateTo, later)),
  };
}

/**
 * Where a window lies in a series.
 *
 * @param bars - the series up to the as-of day, or up to what may not be read
 * @param effectiveFrom - the window's first day, clipped at the listing
 */
export function windowRows(
  bars: Bars,
  window: Pick<DueWindow, 'decisionDay' | 'evaluateTo'>,
  effectiveFrom: TradingDay,
  recipe: Recipe,
): WindowRows {
  const span = windowSpan(window, effectiveFrom, recipe);
  const start = warmupStart(bars, span.fromTs, recipe);
  // A label ends at the open of a later bar; that bar is read too.
  const labelled = firstAtOrAfter(bars, span.evaluateToTs) + labelBars(recipe);
  return {
    span,
    teacher: { start, end: firstAtOrAfter(bars, span.decisionEndTs) },
    predictions: { start, end: Math.min(labelled, bars.ts.length) },
  };
}
