import { InvariantError } from '../../shared/contracts/errors.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, PlannedAction, PlannedWindow } from '../../shared/contracts/plan.ts';
import { decideWindows, type DecisionContext } from '../../shared/domain/samples/decisions.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { PlannedSymbol } from './plan-market.ts';
import { namedWindow, skippedWindow, windowCost, windowWithModels } from './planned-window.ts';
import { usedActions } from './used-actions.ts';
import { engineFor } from './window-engine.ts';
import { windowKeys, type CommonParts } from './window-keys.ts';

/** Part of a plan: windows, and the actions inside what they read. */
export interface PlannedPart {
  readonly windows: readonly (PlannedWindow | EligibleWindow)[];
  readonly actions: readonly PlannedAction[];
}

/** What decides and names windows, besides their symbol. */
export interface Planning extends DecisionContext {
  readonly common: Omit<CommonParts, 'symbol' | 'recipe'>;
}

/** Decides the windows of one symbol that stands alone. */
export async function planSymbol(
  world: World,
  grid: readonly GridWindow[],
  known: PlannedSymbol,
  { common, ...context }: Planning,
): Promise<PlannedPart> {
  const { bars, actions, symbol, listed } = known;
  const { recipe } = context;
  const parts = { ...common, symbol, recipe, actions, ...(listed ? { listed } : {}) };
  const decisions = decideWindows(grid, known, context);
  const windows: (PlannedWindow | EligibleWindow)[] = [];
  for (const decided of decisions) {
    const spans = new Map([[symbol, decided]]);
    if (decided.skip !== undefined) {
      const window = namedWindow(decided.grid, decided.effectiveFrom, parts);
      const why = [decided.skip, decided.detail] as const;
      windows.push(skippedWindow(window, why, decided.grid, spans));
      continue;
    }
    const engine = engineFor(world, windowCost(decided.rows, recipe, stages));
    const chosen = { ...parts, engine };
    const window = namedWindow(decided.grid, decided.effectiveFrom, chosen);
    if (bars === undefined) throw new InvariantError(`window "${window.window}" has no bars`);
    const keys = windowKeys(decided, bars, chosen);
    windows.push(
      await windowWithModels(world, window, keys, {
        grid: decided.grid,
        rows: decided.rows,
        recipe,
        own: stages,
        spans,
        readTo: decided.readTo,
      }),
    );
  }
  return { windows, actions: bars ? usedActions(actions, bars, decisions) : [] };
}
