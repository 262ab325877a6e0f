import { recipeOfWindow, type Plan } from '../../shared/contracts/plan.ts';
import type { FoldRows } from '../../shared/domain/training/cross-fit.ts';
import type { Teaching } from '../../shared/domain/training/student.ts';
import type { StoredModel } from './importance-models.ts';

/** What a measurement by permutation will take. */
export interface PermutationCost {
  readonly models: number;
  /** Fits of inner folds. */
  readonly fits: number;
  /** Test blocks that are predicted, permuted or as they are. */
  readonly predictions: number;
  /** Estimated wall time. */
  readonly seconds: number;
}

/** A row through a tree, measured at blocks of 1,000 rows on one thread: quant.md 1.2. */
const secondsARowAndTree = 5e-8;

/**
 * Estimates from what the models themselves took: of a model's time the share of its folds, and a
 * prediction of each test block for each family and repeat.
 *
 * @param threads - how many compute at once
 */
export function permutationCost(
  plan: Plan,
  models: readonly StoredModel[],
  { families, repeats }: { readonly families: number; readonly repeats: number },
  threads: number,
): PermutationCost {
  let [fits, predictions, seconds] = [0, 0, 0];
  for (const { window, stage, facts } of models) {
    const {
      folds,
      teaching,
      seconds: took,
    } = facts as {
      readonly folds: readonly FoldRows[];
      readonly teaching?: Pick<Teaching, 'tried'>;
      readonly seconds: number;
    };
    const blocks = 1 + families * repeats;
    const fitted = folds.length * (teaching?.tried.length ?? 1) + 1;
    const tested = folds.reduce((sum, { testRows }) => sum + testRows, 0);
    const { trees } = recipeOfWindow(plan, window)[stage];
    fits += folds.length;
    predictions += folds.length * blocks;
    seconds += (took * folds.length) / fitted + tested * blocks * trees * secondsARowAndTree;
  }
  return { models: models.length, fits, predictions, seconds: seconds / threads };
}
