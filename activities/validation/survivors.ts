import { isEligible, type Plan, type TrainRequest } from '../../shared/contracts/plan.ts';
import type { Instruments } from '../../shared/domain/market/instrument-lookup.ts';

/** A universe of which no snapshot is as old as the decisions that pooled it. */
export interface Survivors {
  readonly universe: string;
  /** Month of the snapshot. */
  readonly asOf: string;
}

/** What a plan of pools knows of its members only from later; undefined where it knew in time. */
export function survivorsOf(
  { members }: Pick<Instruments, 'members'>,
  {
    request: { universe },
    recipe,
    windows,
  }: Pick<Plan, 'recipe' | 'windows'> & { readonly request: Pick<TrainRequest, 'universe'> },
): Survivors | undefined {
  const [first] = windows
    .filter(isEligible)
    .map(({ decisionDay }) => decisionDay)
    .toSorted();
  if (universe === undefined || recipe.label.kind !== 'relative' || first === undefined)
    return undefined;
  const { asOf } = members(universe, first);
  return asOf > first.slice(0, 7) ? { universe, asOf } : undefined;
}
