import { isPooledSymbol, pooledSymbol } from '../../shared/contracts/ids.ts';
import { isEligible, type Plan, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { Instruments } from '../../shared/domain/market/instruments/instrument-lookup.ts';

/** A pool whose members were chosen later than the decisions that pooled them. */
export interface Survivors {
  readonly universe: string;
  /** Month of the snapshot of a universe that knows them; else the day the bars end. */
  readonly asOf: string;
  /** By the first `snapshot` there is; else `today`: whoever has bars, or was named. */
  readonly chosenBy: 'snapshot' | 'today';
}

/** What is read of a plan to tell its survivors. */
type PooledPlan = Pick<Plan, 'asOf' | 'recipe' | 'windows'> & {
  readonly request: Pick<TrainRequest, 'universe'>;
};

/** What a plan of pools knows of its members only from later; undefined where it knew in time. */
export function survivorsOf(
  { members }: Pick<Instruments, 'members'>,
  { request: { universe }, recipe, windows, asOf }: PooledPlan,
): Survivors | undefined {
  const [first] = windows
    .filter(isEligible)
    .map(({ decisionDay }) => decisionDay)
    .toSorted();
  if (recipe.label.kind !== 'relative' || first === undefined) return undefined;
  if (universe === undefined) return chosenToday(windows, first, asOf);
  const snapshot = members(universe, first).asOf;
  return snapshot > first.slice(0, 7)
    ? { universe, asOf: snapshot, chosenBy: 'snapshot' }
    : undefined;
}

/** `all` that have bars, or a list that somebody made, are those of whom somebody knows today. */
function chosenToday(
  windows: Plan['windows'],
  first: TradingDay,
  asOf: TradingDay,
): Survivors | undefined {
  const pool = windows.find(({ symbol }) => isPooledSymbol(symbol))?.symbol;
  if (pool === undefined || first >= asOf) return undefined;
  return { universe: pool.slice(pooledSymbol('').length), asOf, chosenBy: 'today' };
}
