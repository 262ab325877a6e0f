import type { PlannedAction, PlannedSeries } from '../../contracts/plan.ts';
import { plannedAction } from '../../domain/market/actions/actions.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import {
  barActions,
  unconfirmedDays,
  type ActionTable,
  type Unconfirmed,
} from '../../domain/market/actions/unconfirmed.ts';
import type { MarketOf } from './market-moves.ts';

/** What a symbol's bars are read with, and the days that nobody may train over. */
export async function symbolActions(
  bars: Bars | undefined,
  adjustment: PlannedSeries['adjustment'] | undefined,
  table: ActionTable,
  market: MarketOf,
): Promise<{
  readonly actions: readonly PlannedAction[];
  readonly unconfirmed: readonly Unconfirmed[];
}> {
  if (bars === undefined || adjustment === undefined) return { actions: [], unconfirmed: [] };
  const found = barActions(bars, adjustment, table);
  const moves = found.gaps.length > 0 ? await market(bars.symbol) : () => undefined;
  return {
    actions: found.applied.map(plannedAction),
    unconfirmed: unconfirmedDays(found, moves),
  };
}
