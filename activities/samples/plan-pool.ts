import { pooledSymbol } from '../../shared/contracts/ids.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import type {
  EligibleWindow,
  PlannedAction,
  PlannedWindow,
  PooledMember,
} from '../../shared/contracts/plan.ts';
import { actionsWithin } from '../../shared/domain/market/actions/adjustment.ts';
import {
  decidePool,
  type DecidedMember,
  type DecidedPool,
} from '../../shared/domain/samples/pooled-decisions.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { PlannedSymbol } from './plan-market.ts';
import type { Planning } from './plan-symbols.ts';
import { namedWindow, skippedWindow, windowCost, windowWithModels } from './planned-window.ts';
import type { Pool } from './pool-members.ts';
import { engineFor } from './window-engine.ts';
import { pooledKeys } from './window-keys.ts';

/** A pooled window as decided and as planned. */
export interface PlannedPool {
  readonly decided: DecidedPool;
  readonly planned: PlannedWindow | EligibleWindow;
}

/** Decides the windows of a universe. */
export async function planPool(
  world: World,
  grid: readonly GridWindow[],
  members: readonly PlannedSymbol[],
  { common, universe, ...context }: Planning & Pick<Pool, 'universe' | 'isMember'>,
): Promise<readonly PlannedPool[]> {
  const { recipe } = context;
  const parts = { ...common, symbol: pooledSymbol(universe), recipe };
  const pools: PlannedPool[] = [];
  for (const decided of decidePool(grid, members, context)) {
    const { spans } = decided;
    const left = [...decided.absent].filter(([, { skip }]) => skip !== 'not-due');
    const absent = left.map(([symbol, { skip }]) => [symbol, skip] as const);
    const named = absent.length === 0 ? {} : { absent: Object.fromEntries(absent) };
    if (decided.skip !== undefined) {
      const window = namedWindow(decided.grid, decided.grid.from, parts);
      const why = [decided.skip, decided.detail] as const;
      const planned = { ...skippedWindow(window, why, decided.grid, spans), ...named };
      pools.push({ decided, planned });
      continue;
    }
    const engine = engineFor(world, windowCost(decided.rows, recipe, stages));
    const chosen = { ...parts, engine };
    const window = namedWindow(decided.grid, decided.grid.from, chosen);
    const planned = await windowWithModels(world, window, pooledKeys(decided, chosen), {
      grid: decided.grid,
      rows: decided.rows,
      recipe,
      own: stages,
      spans,
    });
    pools.push({
      decided,
      planned: { ...planned, members: decided.members.map(plannedMember), ...named },
    });
  }
  return pools;
}

function plannedMember({ symbol, effectiveFrom, rows, readTo }: DecidedMember): PooledMember {
  return { symbol, effectiveFrom, rows, ...(readTo === undefined ? {} : { readTo }) };
}

/** The actions inside the rows that pooled windows read, by symbol in the order of the members. */
export function pooledActions(
  pools: readonly PlannedPool[],
  members: readonly PlannedSymbol[],
): PlannedAction[] {
  const used = new Set<PlannedAction>();
  for (const { decided } of pools)
    if (decided.skip === undefined)
      for (const { actions, bars, ranges } of decided.members)
        for (const action of actionsWithin(actions, bars, ranges.predictions)) used.add(action);
  return members.flatMap(({ actions }) => actions.filter((action) => used.has(action)));
}
