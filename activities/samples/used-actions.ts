import type { PlannedAction } from '../../shared/contracts/plan.ts';
import { actionsWithin } from '../../shared/domain/market/actions/adjustment.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import type { DecidedWindow } from '../../shared/domain/samples/decisions.ts';

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
