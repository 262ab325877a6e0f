import type { PlannedAction, PlannedSeries } from '../../shared/contracts/plan.ts';
import { plannedAction } from '../../shared/domain/market/actions.ts';
import { actionsWithin } from '../../shared/domain/market/adjustment.ts';
import type { Bars } from '../../shared/domain/market/bars.ts';
import {
  barActions,
  unconfirmedDays,
  type ActionTable,
  type Unconfirmed,
} from '../../shared/domain/market/unconfirmed.ts';
import type { DecidedWindow } from '../../shared/domain/samples/decisions.ts';
import type { MarketOf } from '../../shared/runtime/market-moves.ts';

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

/** The actions inside the rows of some window that has or will have models. */
export function usedActions(
  actions: readonly PlannedAction[],
  bars: Bars,
  decisions: readonly DecidedWindow[],
): PlannedAction[] {
  const used = new Set<PlannedAction>();
  for (const decided of decisions)
    if (decided.skip === undefined)
      for (const action of actionsWithin(actions, bars, decided.ranges.predictions))
        used.add(action);
  return actions.filter((action) => used.has(action));
}
