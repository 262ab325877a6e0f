import type { Detail, SkipReason } from '../../contracts/outcome.ts';
import type { PlannedAction } from '../../contracts/plan.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import { actionsWithin, adjustedBars, type BarRange } from '../market/adjustment.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../market/bars.ts';
import type { Calendar, InstrumentClass } from '../market/calendar.ts';
import { coverage } from '../market/coverage.ts';
import { dayOf, dayStart } from '../market/exchange-time.ts';
import type { Unconfirmed } from '../market/unconfirmed.ts';
import { trainingRows, warmupStart, type WindowSpan } from './sample-set.ts';
import { labelBars, symbolLabels, type TradingHours } from './symbol-labels.ts';
import type { GridWindow } from './windows.ts';

/** What is known of a symbol: its bars up to the as-of day, and when it was first traded. */
export interface SymbolFacts {
  /** Absent where there are none. */
  readonly bars?: Bars;
  /** Absent where unknown: then it counts as listed before its windows. */
  readonly listed?: TradingDay;
  /** Corporate actions the bars are read with; absent where there are none. */
  readonly actions?: readonly PlannedAction[];
  /** Days that look like a corporate action nobody confirmed, in order; absent for none. */
  readonly unconfirmed?: readonly Unconfirmed[];
  /** The hours it keeps. */
  readonly instrumentClass: InstrumentClass;
}

/** What a window's fits read and learn from. */
export interface WindowRows {
  readonly span: WindowSpan;
  /** From warm-up to the decision point: what the teacher may know. */
  readonly teacher: BarRange;
  /** From warm-up to the end of the last label of the evaluation span, as far as there are bars. */
  readonly predictions: BarRange;
}

/** A window of the grid with its decision. */
export type DecidedWindow =
  | {
      readonly grid: GridWindow;
      readonly effectiveFrom: TradingDay;
      readonly skip: SkipReason;
      readonly detail: Detail;
    }
  | {
      readonly grid: GridWindow & { readonly decisionDay: TradingDay };
      readonly effectiveFrom: TradingDay;
      readonly skip?: never;
      /** Labelled rows that train. */
      readonly rows: number;
      readonly ranges: WindowRows;
    };

/** What decisions depend on besides the symbol. */
export interface DecisionContext {
  readonly recipe: Recipe;
  readonly calendar: Calendar;
  /** Decision points after this day are not due: the earlier of `--to` and the as-of day. */
  readonly dueUntil: TradingDay;
}

/**
 * Decides every window of a grid for one symbol: trainable, or skipped with one reason and the
 * numbers that explain it. Reads nothing later than the window's own bars to decide about it, apart
 * from whether later bars exist at all.
 *
 * @returns one decision a window, in the order of the grid
 */
export function decideWindows(
  grid: readonly GridWindow[],
  symbol: SymbolFacts,
  context: DecisionContext,
): DecidedWindow[] {
  const { recipe } = context;
  const { bars } = symbol;
  const hours: TradingHours = {
    calendar: context.calendar,
    ...(symbol.instrumentClass === undefined ? {} : { instrumentClass: symbol.instrumentClass }),
  };
  const columns = bars && bars.ts.length > 0 ? symbolLabels(bars, recipe, hours) : undefined;
  return grid.map((window) => decide(window));

  function decide(window: GridWindow): DecidedWindow {
    const { listed } = symbol;
    const clipped = listed !== undefined && listed > window.from;
    const effectiveFrom = clipped ? listed : window.from;
    const skipped = (skip: SkipReason, detail: Detail): DecidedWindow => ({
      grid: window,
      effectiveFrom: effectiveFrom < window.to ? effectiveFrom : window.from,
      skip,
      detail,
    });

    const { decisionDay } = window;
    if (decisionDay === undefined || decisionDay > context.dueUntil)
      return skipped('not-due', {
        decisionDay: decisionDay ?? window.to,
        dueUntil: context.dueUntil,
      });
    if (listed !== undefined && listed > decisionDay) return skipped('pre-listing', { listed });
    if (!bars || !columns) return skipped('no-bars', { bars: 0 });
    const { labels, ends } = columns;

    const ranges = windowRows(bars, { ...window, decisionDay }, effectiveFrom, recipe);
    const found = ranges.teacher.end - firstAtOrAfter(bars, ranges.span.fromTs);
    if (found <= 0) return skipped('no-bars', { bars: 0, ...extent(bars) });
    const rows = trainingRows({ ts: bars.ts, labelEnds: ends }, ranges.span, recipe.readyBars);
    const counts = { rows: rows.length, minimumRows: recipe.minimumRows };
    if (clipped && rows.length < recipe.minimumRows)
      return skipped('partial-listing', { listed, ...counts });
    const { lastDay } = extent(bars);
    if (lastDay < decisionDay) return skipped('no-future-bars', { lastDay, decisionDay });
    const covered = coverage(bars, context.calendar, {
      from: effectiveFrom,
      to: addDays(decisionDay, 1),
      instrumentClass: symbol.instrumentClass,
    });
    if (covered.coverage < recipe.minimumCoverage)
      return skipped('low-coverage', { ...covered, minimumCoverage: recipe.minimumCoverage });
    if (rows.length < recipe.minimumRows) return skipped('too-few-samples', counts);
    const [doubt] = actionsWithin(symbol.unconfirmed ?? [], bars, ranges.predictions);
    if (doubt !== undefined) return skipped('unconfirmed-action', { ...doubt });
    const due = { grid: { ...window, decisionDay }, effectiveFrom, rows: rows.length, ranges };
    // Against a pool the classes are the pool's.
    if (recipe.label.kind === 'relative') return due;
    const read = actionsWithin(symbol.actions ?? [], bars, ranges.predictions);
    const { start } = ranges.predictions;
    const adjusted = read.length > 0 ? labelsWithin(bars, ranges.predictions, read) : undefined;
    const labelOf = (row: number): number => adjusted?.[row - start] ?? labels[row];
    const gains = rows.reduce((sum, row) => sum + labelOf(row), 0);
    if (Math.min(gains, rows.length - gains) < recipe.minimumClassRows)
      return skipped('single-class', {
        gains,
        losses: rows.length - gains,
        minimumClassRows: recipe.minimumClassRows,
      });
    return due;
  }

  /** Labels of a window's rows as its fit sees them: on the scale of the first bar it reads. */
  function labelsWithin(
    all: Bars,
    { start, end }: BarRange,
    actions: readonly PlannedAction[],
  ): Int8Array {
    const read = adjustedBars(sliceBars(all, start, end), actions);
    return symbolLabels(read, recipe, hours).labels;
  }
}

/**
 * Where a window lies in a series.
 *
 * @param bars - the series up to the as-of day
 * @param effectiveFrom - the window's first day, clipped at the listing
 */
export function windowRows(
  bars: Bars,
  window: { readonly decisionDay: TradingDay; readonly evaluateTo: TradingDay },
  effectiveFrom: TradingDay,
  recipe: Recipe,
): WindowRows {
  // A label that ends in its own session is known at the decision day's close: what is judged then
  // begins and ends a day later.
  const later = recipe.label.kind === 'intraday' ? 1 : 0;
  const span: WindowSpan = {
    fromTs: dayStart(effectiveFrom),
    decisionEndTs: dayStart(addDays(window.decisionDay, 1)),
    evaluateFromTs: dayStart(addDays(window.decisionDay, later)),
    evaluateToTs: dayStart(addDays(window.evaluateTo, later)),
  };
  const start = warmupStart(bars, span.fromTs, recipe.warmupBars);
  // A label ends at the open of a later bar; that bar is read too.
  const labelled = firstAtOrAfter(bars, span.evaluateToTs) + labelBars(recipe);
  return {
    span,
    teacher: { start, end: firstAtOrAfter(bars, span.decisionEndTs) },
    predictions: { start, end: Math.min(labelled, bars.ts.length) },
  };
}

function extent(bars: Bars): { firstDay: TradingDay; lastDay: TradingDay } {
  return { firstDay: dayOf(bars.ts[0]), lastDay: dayOf(bars.ts[bars.ts.length - 1]) };
}
