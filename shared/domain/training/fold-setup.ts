import type { Recipe } from '../../contracts/recipe.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import { sampleWeights } from '../samples/sample-weights.ts';
import { innerFolds } from '../samples/splits.ts';
import { logit } from './calibration.ts';
import type { FoldSetup, Growth } from './cross-fit.ts';

/** How a window's teacher is fitted. */
export function teacherSetup(samples: SampleSet, recipe: Recipe): FoldSetup {
  return { ...setup(samples, recipe), growth: { objective: 'binary', trees: recipe.teacher } };
}

/** How a window's student is fitted: by shares in [0, 1] where a teacher's opinion is mixed in. */
export function studentSetup(samples: SampleSet, recipe: Recipe): FoldSetup {
  const growth: Growth = { objective: 'cross_entropy', trees: recipe.student };
  return { ...setup(samples, recipe), growth };
}

/**
 * How a residual student is fitted: on top of its pooled teacher's opinion.
 *
 * @param soft - that teacher's n out-of-fold probabilities of label 1, none of them NaN
 */
export function residualSetup(samples: SampleSet, soft: Float64Array, recipe: Recipe): FoldSetup {
  const { rows, folds } = setup(samples, recipe);
  const growth: Growth = { objective: 'binary', trees: recipe.student };
  return { rows: { ...rows, initialScores: soft.map(logit) }, folds, growth };
}

function setup(samples: SampleSet, recipe: Recipe): Omit<FoldSetup, 'growth'> {
  const { matrix, labels } = samples;
  const weights = sampleWeights(samples, recipe);
  const targets = Float32Array.from(labels);
  return {
    rows: { matrix, labels, targets, ...(weights && { weights }) },
    folds: innerFolds(samples, recipe),
  };
}
