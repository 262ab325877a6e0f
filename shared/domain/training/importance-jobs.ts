import type { Recipe } from '../../contracts/recipe.ts';
import type { PoolMember } from '../samples/pooled-set.ts';
import type { Booster, FitProgress } from './booster.ts';
import type { FoldSetup } from './cross-fit.ts';
import { residualSetup, studentSetup, teacherSetup } from './fold-setup.ts';
import { residualSamples, type ResidualRows } from './jobs.ts';
import { permutedLoss, type PermutationOptions, type PermutedLoss } from './permutation.ts';
import { windowSets, type WindowInput } from './window-sets.ts';

/** A stored model, as far as its folds can be fitted again: by what it learnt from. */
export type PermutedModel =
  | { readonly stage: 'teacher'; readonly input: WindowInput }
  | {
      readonly stage: 'student';
      readonly input: WindowInput;
      /** n targets as they were stored, in [0, 1]. */
      readonly targets: Float32Array;
    }
  | {
      readonly stage: 'residual';
      readonly member: PoolMember;
      readonly recipe: Recipe;
      readonly learnt: ResidualRows;
    };

/**
 * What a thread computes that measures importance: `permute` fits a model's inner folds again and
 * permutes families in their test blocks.
 *
 * @throws InputError if the window's rows cannot train a model
 * @throws LaneError if memory fails
 */
export function importanceJobs(booster: Booster) {
  return {
    permute: ({
      model,
      options,
    }: {
      readonly model: PermutedModel;
      readonly options: PermutationOptions;
    }): Generator<FitProgress, PermutedLoss, void> =>
      permutedLoss(booster, setupOf(model), options),
  };
}

function setupOf(model: PermutedModel): FoldSetup {
  if (model.stage === 'residual') {
    const { samples, opinions } = residualSamples(model);
    return residualSetup(samples, opinions, model.recipe);
  }
  const { input } = model;
  const { training } = windowSets(input);
  if (model.stage === 'teacher') return teacherSetup(training, input.recipe);
  const { rows, ...setup } = studentSetup(training, input.recipe);
  return { ...setup, rows: { ...rows, targets: model.targets } };
}
