import type { Recipe } from '../../contracts/recipe.ts';
import type { Bars } from '../market/bars/bars.ts';
import type { Calendar, InstrumentClass } from '../market/calendar/calendar.ts';
import { forwardReturnLabels, forwardReturns, labelEnds } from './labels.ts';
import { intradayLabels } from './labels/intraday.ts';
import type { LabelColumns } from './labels/label-columns.ts';

/** When a symbol is traded. */
export interface TradingHours {
  readonly calendar: Calendar;
  /** Absent means the hours of stocks with derivatives. */
  readonly instrumentClass?: InstrumentClass;
}

/**
 * What follows each bar of a symbol that a window holds alone.
 *
 * @param bars - n bars of one symbol, ascending
 * @returns n labels by the recipe; where it labels against a pool, against the cost 0
 */
export function symbolLabels(bars: Bars, recipe: Recipe, hours: TradingHours): LabelColumns {
  const { horizon, label } = recipe;
  if (label.kind === 'intraday')
    return intradayLabels(bars, { horizon, costBps: label.costBps, ...hours });
  return dailyLabels(bars, recipe);
}

/** The same of labels that need no clock. */
export function dailyLabels(bars: Bars, { horizon, label }: Recipe): LabelColumns {
  return {
    labels: forwardReturnLabels(bars, horizon, label.kind === 'relative' ? 0 : label.costBps),
    returns: forwardReturns(bars, horizon),
    ends: labelEnds(bars, horizon),
  };
}

/** Bars after a row's own that its label may read, if it ends in another session at all. */
export function labelBars({ horizon, label }: Recipe): number {
  return label.kind === 'intraday' ? 0 : horizon + 1;
}
