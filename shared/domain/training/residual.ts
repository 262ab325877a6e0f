import type { Recipe } from '../../contracts/recipe.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import { logLoss } from '../validation/metrics.ts';
import type { Booster, FitProgress } from './booster.ts';
import { fitCalibration } from './calibration.ts';
import { fitCrossed, foldRows } from './cross-fit.ts';
import { residualSetup } from './fold-setup.ts';
import { softEvidence } from './soft-labels.ts';
import type { Student } from './student.ts';
import { checkClasses } from './teacher.ts';

/**
 * Fits what a pooled teacher misses of one symbol: trees on the symbol's own rows that are added to
 * the teacher's out-of-fold logits.
 *
 * What calibrates it are sums of both by models that had not seen the row.
 *
 * @param samples - n rows of one symbol in time, all labelled, of both classes
 * @param soft - the pooled teacher's n out-of-fold probabilities of label 1, none of them NaN
 * @returns progress after each round, of all fits; in the end the student, whose text holds its own
 *   trees only
 * @throws InputError if labels are unknown or all of one class, or a fold is empty
 * @throws LaneError if memory or the device fails
 * @see quant.md 2.1
 */
export function* fitResidual(
  booster: Booster,
  samples: SampleSet,
  soft: Float64Array,
  recipe: Recipe,
): Generator<FitProgress, Student, void> {
  const { labels } = samples;
  checkClasses(labels);
  const setup = residualSetup(samples, soft, recipe);
  const fitted = yield* fitCrossed(booster, setup);
  const { outOfFold } = fitted;
  return {
    ...fitted,
    targets: setup.rows.targets,
    teaching: {
      share: 0,
      temperature: 1,
      reason: 'asked',
      evidence: softEvidence(labels, soft, recipe.horizon),
      tried: [{ share: 0, temperature: 1, logLoss: logLoss(labels, outOfFold) }],
    },
    calibration: fitCalibration(labels, outOfFold, recipe.horizon),
    folds: foldRows(setup.folds),
  };
}
