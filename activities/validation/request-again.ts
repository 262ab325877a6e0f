import { isPooledSymbol } from '../../shared/contracts/ids.ts';
import type { PlannedWindow, TrainRequest } from '../../shared/contracts/plan.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { recipesOf } from '../../shared/domain/samples/recipes.ts';
import type { RequestedPlan } from '../../shared/runtime/runs/plans.ts';

/**
 * The request that has a window of a plan on its grid and decides it by the same rules.
 *
 * @returns the window's symbol (what is pooled with it, where that was not named) and span, the
 *   plan's as-of day, and every option in which the plan's recipe differs from the defaults of today
 */
export function requestAgain(
  { recipe, asOf, request }: RequestedPlan,
  window: PlannedWindow,
): TrainRequest {
  const { universe } = request;
  const isAlone = recipe.name === 'symbol' || (universe !== undefined && !isPooled(window));
  const least: TrainRequest = {
    symbols: isAlone ? [window.symbol] : request.symbols,
    interval: window.interval,
    from: window.from,
    // Its last day: the decision point is no later.
    to: addDays(window.to, -1),
    recipe: recipe.name,
    asOf,
    ...(universe === undefined ? {} : { universe }),
  };
  const { recipe: usual } = recipesOf(least);
  const { grid } = recipe;
  const changed = {
    ...(grid.unit === 'days'
      ? { windowDays: grid.length, stepDays: grid.step }
      : { windowSessions: grid.length, stepSessions: grid.step }),
    anchor: grid.anchor,
    horizon: recipe.horizon,
    features: recipe.features,
    without: recipe.without,
    studentMix: recipe.student.mix,
  };
  const defaults = {
    windowDays: usual.grid.length,
    stepDays: usual.grid.step,
    windowSessions: usual.grid.length,
    stepSessions: usual.grid.step,
    anchor: usual.grid.anchor,
    horizon: usual.horizon,
    features: usual.features,
    without: usual.without,
    studentMix: usual.student.mix,
  };
  const named = Object.entries(changed).filter(
    ([name, value]) => String(value) !== String(defaults[name as keyof typeof defaults]),
  );
  return { ...least, ...(Object.fromEntries(named) as Partial<TrainRequest>) };
}

function isPooled({ symbol }: PlannedWindow): boolean {
  return isPooledSymbol(symbol);
}
