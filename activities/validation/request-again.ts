import type { Plan, PlannedWindow, TrainRequest } from '../../shared/contracts/plan.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';

/**
 * The request that has a window of a plan on its grid and decides it by the same rules.
 *
 * @returns the window's symbol and span, the plan's as-of day, and every option in which the plan's
 *   recipe differs from the defaults of today
 */
export function requestAgain({ recipe, asOf }: Plan, window: PlannedWindow): TrainRequest {
  const { windowDays, stepDays, anchor, horizon, student } = symbolRecipe;
  const { mix } = recipe.student;
  return {
    symbols: [window.symbol],
    interval: window.interval,
    from: window.from,
    // Its last day: the decision point is no later.
    to: addDays(window.to, -1),
    recipe: recipe.name,
    asOf,
    ...(recipe.windowDays === windowDays ? {} : { windowDays: recipe.windowDays }),
    ...(recipe.stepDays === stepDays ? {} : { stepDays: recipe.stepDays }),
    ...(recipe.anchor === anchor ? {} : { anchor: recipe.anchor }),
    ...(recipe.horizon === horizon ? {} : { horizon: recipe.horizon }),
    ...(mix === student.mix ? {} : { studentMix: mix }),
  };
}
