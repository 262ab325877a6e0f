import { InputError } from '../../contracts/errors.ts';
import type { TrainRequest } from '../../contracts/plan.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { TradingDay } from '../../contracts/time.ts';

/**
 * One symbol's own 180 days: parity with the predecessor, never promoted.
 *
 * The cost is a delivery round trip without brokerage: ₹222.48 on ₹1,00,000 (STT, exchange, IPFT,
 * SEBI, stamp duty, GST at the rates since 2024-10-01).
 */
export const symbolRecipe: Recipe = {
  name: 'symbol',
  version: 1,
  windowDays: 180,
  stepDays: 180,
  anchor: '2022-01-01' as TradingDay,
  horizon: 5,
  costBps: 22.25,
  features: 'base-1',
  warmupBars: 300,
  readyBars: 60,
  minimumRows: 100,
  minimumClassRows: 20,
  minimumCoverage: 0.98,
  folds: 3,
  initialShare: 0.4,
  teacher: { leaves: 7, trees: 100, minimumLeafRows: 20, learningRate: 0.1, seed: 1 },
  student: {
    leaves: 7,
    trees: 50,
    minimumLeafRows: 20,
    learningRate: 0.1,
    seed: 1,
    mix: 'auto',
    shares: [0.5, 1],
    temperatures: [1, 2, 4],
  },
};

/**
 * The recipe a request names, with what it overrides; all of it enters the key.
 *
 * @throws InputError if a window cannot hold a single label
 */
export function recipeOf(request: TrainRequest): Recipe {
  const recipe: Recipe = {
    ...symbolRecipe,
    windowDays: request.windowDays ?? symbolRecipe.windowDays,
    stepDays: request.stepDays ?? symbolRecipe.stepDays,
    anchor: request.anchor ?? symbolRecipe.anchor,
    horizon: request.horizon ?? symbolRecipe.horizon,
    student: { ...symbolRecipe.student, mix: request.studentMix ?? symbolRecipe.student.mix },
  };
  // The label's own bar, the entry after it and `horizon` bars more: sessions are fewer than days.
  if (recipe.windowDays < recipe.horizon + 2)
    throw new InputError(
      `a window of "${recipe.windowDays}" days is shorter than a label of horizon ` +
        `"${recipe.horizon}"; widen --window-days or shorten --horizon`,
      { windowDays: recipe.windowDays, horizon: recipe.horizon },
    );
  return recipe;
}
