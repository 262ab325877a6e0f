import type { Detail, SkipReason } from '../../contracts/outcome.ts';
import type { PlannedAction } from '../../contracts/plan.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import { actionsWithin, adjustedBars } from '../market/actions/adjustment.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../market/bars/bars.ts';
import type { Calendar, InstrumentClass } from '../market/calendar/calendar.ts';
import { coverage } from '../market/coverage/coverage.ts';
import { dayOf } from '../market/calendar/exchange-time.ts';
import type { Unconfirmed } from '../market/actions/unconfirmed.ts';
import { trainingRows } from './sample-set.ts';
import { symbolLabels, type TradingHours } from './symbol-labels.ts';
import {
  judgedRows,
  readUntil,
  windowRows,
  type DueWindow,
  type WindowRows,
} from './window-rows.ts';
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

/** The rows of an evaluation span, as far as there are bars: they are there with a model or without. */
export interface JudgedSpan {
  /** None of a window that is not due. */
  readonly judged: number;
  /** Of them, those from a gap on that nobody has explained: no model may read so far. */
  readonly unread: number;
}

/** A window of the grid with its decision. */
export type DecidedWindow = JudgedSpan &
  (
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
        /** The first day that is not read, a gap nobody has explained; absent where all is read. */
        readonly readTo?: TradingDay;
      }
  );

/** What decisions depend on besides the symbol. */
export interface DecisionContext {
  readonly recipe: Recipe;
  readonly calendar: Calendar;
  /** Decision points after this day are not due: the earlier of `--to` and the as-of day. */
  readonly dueUntil: TradingDay;
}

/**
 * Decides every window of a grid for one symbol: trainable, or skipped with one reason and the
 * numbers that explain it. What is decided of a window follows from bars up to its decision day: the
 * same on bars that end with it. Later bars say how many rows there are to judge, and where a gap
 * that nobody has explained ends them.
 *
 * @returns one decision a window, in the order of the grid
 */
export function decideWindows(
  grid: readonly GridWindow[],
  symbol: SymbolFacts,
  context: DecisionContext,
): DecidedWindow[] {
  const { recipe } = context;
  const { bars, listed, unconfirmed = [], instrumentClass } = symbol;
  const hours: TradingHours = { calendar: context.calendar, instrumentClass };
  const columns = bars && bars.ts.length > 0 ? symbolLabels(bars, recipe, hours) : undefined;
  return grid.map((window) => decide(window));

  function decide(window: GridWindow): DecidedWindow {
    const { decisionDay } = window;
    const effectiveFrom = listed !== undefined && listed > window.from ? listed : window.from;
    const due = decisionDay !== undefined && decisionDay <= context.dueUntil;
    const found: Found = due
      ? decideDue({ ...window, decisionDay }, effectiveFrom)
      : ['not-due', { decisionDay: decisionDay ?? window.to, dueUntil: context.dueUntil }];
    const rowsFrom = (day?: TradingDay): number =>
      due && bars ? judgedRows(bars, { ...window, decisionDay }, recipe, day) : 0;
    if (isSkip(found)) {
      const [skip, detail] = found;
      const from = effectiveFrom < window.to ? effectiveFrom : window.from;
      return { grid: window, effectiveFrom: from, skip, detail, judged: rowsFrom(), unread: 0 };
    }
    const unread = found.readTo === undefined ? 0 : rowsFrom(found.readTo);
    return { ...found, effectiveFrom, judged: rowsFrom(), unread };
  }

  function decideDue(window: DueWindow, effectiveFrom: TradingDay): Found {
    const { decisionDay } = window;
    if (listed !== undefined && listed > decisionDay) return ['pre-listing', { listed }];
    if (!bars || !columns) return ['no-bars', { bars: 0 }];
    const ranges = windowRows(bars, window, effectiveFrom, recipe);
    const labelled = { ts: bars.ts, labelEnds: columns.ends };
    const rows = trainingRows(labelled, ranges.span, recipe.readyBars);
    const fault =
      barFault(bars, { window, effectiveFrom, ranges, rows: rows.length }) ??
      unconfirmedFault(bars, ranges) ??
      // Against a pool the classes are the pool's.
      (recipe.label.kind === 'relative' ? undefined : classFault(bars, ranges, rows));
    if (fault !== undefined) return fault;
    const [gap] = actionsWithin(unconfirmed, bars, ranges.predictions);
    return {
      grid: window,
      rows: rows.length,
      ranges: gap === undefined ? ranges : readUntil(bars, ranges, gap.exDate),
      ...(gap === undefined ? {} : { readTo: gap.exDate }),
    };
  }

  /** What is wrong with a window's bars up to its decision day. */
  function barFault(all: Bars, { window, effectiveFrom, ranges, rows }: Counted): Skip | undefined {
    const { decisionDay } = window;
    const { end } = ranges.teacher;
    if (end <= firstAtOrAfter(all, ranges.span.fromTs))
      return ['no-bars', { bars: 0, ...extent(all) }];
    const counts = { rows, minimumRows: recipe.minimumRows };
    const isFew = rows < recipe.minimumRows;
    if (isFew && listed !== undefined && listed > window.from)
      return ['partial-listing', { listed, ...counts }];
    // Whether it goes on later is nothing that was known.
    const lastDay = dayOf(all.ts[end - 1]);
    if (lastDay < decisionDay) return ['no-future-bars', { lastDay, decisionDay }];
    const covered = coverage(all, context.calendar, {
      from: effectiveFrom,
      to: addDays(decisionDay, 1),
      instrumentClass,
    });
    if (covered.coverage < recipe.minimumCoverage)
      return ['low-coverage', { ...covered, minimumCoverage: recipe.minimumCoverage }];
    return isFew ? ['too-few-samples', counts] : undefined;
  }

  /** A gap that nobody has explained, in what is learnt from. */
  function unconfirmedFault(all: Bars, { teacher }: WindowRows): Skip | undefined {
    const [doubt] = actionsWithin(unconfirmed, all, teacher);
    return doubt === undefined ? undefined : ['unconfirmed-action', { ...doubt }];
  }

  /** Too few rows of a class, as the fit sees them: on the scale of the first bar it reads. */
  function classFault(all: Bars, { teacher }: WindowRows, rows: Int32Array): Skip | undefined {
    const { start, end } = teacher;
    const used = actionsWithin(symbol.actions ?? [], all, teacher);
    const adjusted =
      used.length > 0
        ? symbolLabels(adjustedBars(sliceBars(all, start, end), used), recipe, hours).labels
        : undefined;
    const labelOf = (row: number): number => adjusted?.[row - start] ?? columns?.labels[row] ?? 0;
    const gains = rows.reduce((sum, row) => sum + labelOf(row), 0);
    const { minimumClassRows } = recipe;
    if (Math.min(gains, rows.length - gains) >= minimumClassRows) return undefined;
    return ['single-class', { gains, losses: rows.length - gains, minimumClassRows }];
  }
}

type Skip = readonly [SkipReason, Detail];
/** What a due window is found to be: skipped, or trainable on some rows. */
type Found =
  | Skip
  | (Pick<Extract<DecidedWindow, { skip?: never }>, 'rows' | 'ranges' | 'readTo'> & {
      readonly grid: DueWindow;
    });

function isSkip(found: Found): found is Skip {
  return Array.isArray(found);
}

/** A window with the labelled rows that it has. */
interface Counted {
  readonly window: DueWindow;
  readonly effectiveFrom: TradingDay;
  readonly ranges: WindowRows;
  readonly rows: number;
}

function extent(bars: Bars): { firstDay: TradingDay; lastDay: TradingDay } {
  return { firstDay: dayOf(bars.ts[0]), lastDay: dayOf(bars.ts[bars.ts.length - 1]) };
}
