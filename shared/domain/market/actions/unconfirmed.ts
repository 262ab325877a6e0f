import type { PlannedAction } from '../../../contracts/plan.ts';
import type { TradingDay } from '../../../contracts/time.ts';
import type { CorporateAction } from './actions.ts';
import { adjustedBars, showsAction } from './adjustment.ts';
import type { Bars } from '../bars/bars.ts';
import { suspects, wideGaps, type Gap, type MarketMove } from './detector.ts';

/** A person's word that a price really moved that day: no corporate action, whatever it looks like. */
export interface PriceMove {
  readonly symbol: string;
  readonly day: TradingDay;
  readonly source: string;
  readonly knownAt: TradingDay;
}

/** Actions that somebody vouches for, and what speaks against looking for more. */
export interface ActionTable {
  readonly actions: readonly CorporateAction[];
  readonly moves: readonly PriceMove[];
}

/** What stands in the way of training over a day, with the numbers there are. */
export interface Unconfirmed {
  readonly exDate: TradingDay;
  /** Open over the close before, and the market's own move; where the bars show a gap. */
  readonly gap?: number;
  readonly market?: number;
  readonly nearestRatio?: number;
  /** Of an action of the table that nobody confirmed. */
  readonly priceFactor?: number;
}

/** What a series' bars are read with. */
export interface BarActions {
  /** Confirmed actions that the bars show; none for bars that a vendor adjusted, or may have. */
  readonly applied: readonly PlannedAction[];
  /** Openings left unexplained by them. */
  readonly gaps: readonly Gap[];
  /** Actions of the table that nobody confirmed. */
  readonly doubtful: readonly CorporateAction[];
}

/**
 * Sorts what is known of a symbol's actions by what it means for one of its series.
 *
 * @param bars - the series as stored
 * @param adjustment - only raw bars are ever adjusted; a vendor's are taken as they are
 */
export function barActions(
  bars: Bars,
  adjustment: 'raw' | 'vendor' | 'unknown',
  table: ActionTable,
): BarActions {
  if (adjustment === 'vendor') return { applied: [], gaps: [], doubtful: [] };
  const isMove = (day: TradingDay): boolean =>
    table.moves.some((move) => move.symbol === bars.symbol && move.day === day);
  const own = table.actions.filter(
    ({ symbol, exDate, kind }) =>
      symbol === bars.symbol && (kind === 'dividend' || !isMove(exDate)),
  );
  const applied =
    adjustment === 'raw'
      ? own.filter((action) => action.confirmed && showsAction(bars, action))
      : [];
  return {
    applied,
    gaps: wideGaps(adjustedBars(bars, applied)).filter(({ day }) => !isMove(day)),
    doubtful: own.filter(({ confirmed, kind }) => !confirmed && kind !== 'dividend'),
  };
}

/**
 * The days over which nobody may train, in order: gaps that look like an action or like nothing, and
 * actions of the table that nobody confirmed.
 */
export function unconfirmedDays(
  { gaps, doubtful }: BarActions,
  marketMove: MarketMove,
): Unconfirmed[] {
  const days = new Map<TradingDay, Unconfirmed>();
  for (const { exDate, priceFactor } of doubtful) days.set(exDate, { exDate, priceFactor });
  for (const { day, gap, market, ratio } of suspects(gaps, marketMove))
    days.set(day, { ...days.get(day), exDate: day, gap, market, nearestRatio: ratio });
  return [...days.values()].sort((a, b) => (a.exDate < b.exDate ? -1 : 1));
}

/**
 * The days on which a jump in a symbol's series is explained: confirmed moves and, unless a vendor
 * took them out of the prices, confirmed actions.
 */
export function explainedDays(
  symbol: string,
  adjustment: 'raw' | 'vendor' | 'unknown',
  { actions, moves }: ActionTable,
): ReadonlySet<TradingDay> {
  const shown = actions.filter(
    ({ confirmed, kind }) => adjustment !== 'vendor' && confirmed && kind !== 'dividend',
  );
  return new Set([
    ...shown.flatMap((one) => (one.symbol === symbol ? [one.exDate] : [])),
    ...moves.flatMap((one) => (one.symbol === symbol ? [one.day] : [])),
  ]);
}
