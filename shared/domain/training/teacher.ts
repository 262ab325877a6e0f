import { InputError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { Matrix } from '../samples/matrix.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import type { Booster, FitProgress } from './booster.ts';
import { fitCrossed, foldRows, type FoldRows } from './cross-fit.ts';
import { teacherSetup } from './fold-setup.ts';

/** A fitted teacher and what it said of rows it had not seen. */
export interface Teacher {
  /** The final model, fitted on all rows. */
  readonly text: string;
  /** Parameters as the library used them, read back from the final model. */
  readonly parameters: Readonly<Record<string, string>>;
  /** m names, in the order of the columns. */
  readonly features: readonly string[];
  /** What splits of the final model on each of them took off its loss. */
  readonly gains: readonly number[];
  /** n probabilities of label 1 by models that had not seen the row; NaN where there is none. */
  readonly outOfFold: Float64Array;
  readonly folds: readonly FoldRows[];
}

/**
 * Fits a window's teacher: a model for each inner fold, for out-of-fold probabilities, then one on
 * all rows.
 *
 * @param samples - n rows in time, all labelled, of both classes
 * @returns progress after each round, counting the rounds of all fits; in the end the teacher
 * @throws InputError if labels are unknown or all of one class, or a fold is empty
 * @throws LaneError if memory or the device fails
 * @see quant.md 2.8
 */
export function* fitTeacher(
  booster: Booster,
  samples: SampleSet,
  recipe: Recipe,
): Generator<FitProgress, Teacher, void> {
  checkClasses(samples.labels);
  const setup = teacherSetup(samples, recipe);
  return { ...(yield* fitCrossed(booster, setup)), folds: foldRows(setup.folds) };
}

/**
 * Predicts with a stored teacher.
 *
 * @param text - a model as `fitTeacher` returned it
 * @param matrix - n rows with the model's features, in the model's order
 * @returns n probabilities of label 1
 * @throws DataError if `text` is not a model
 * @throws InputError if features differ from the model's
 */
export function predictTeacher(booster: Booster, text: string, matrix: Matrix): Float64Array {
  using model = booster.load(text);
  return model.predict(matrix);
}

/** @throws InputError if labels are unknown or all of one class */
export function checkClasses(labels: Int8Array): void {
  const counts = { gains: 0, losses: 0, unknown: 0 };
  for (const label of labels) counts[label === 1 ? 'gains' : label === 0 ? 'losses' : 'unknown']++;
  const { gains, losses, unknown } = counts;
  if (gains === 0 || losses === 0 || unknown > 0)
    throw new InputError(
      `a model needs known labels of both classes, but has "${gains}" gains, "${losses}" losses ` +
        `and "${unknown}" unknown`,
      counts,
    );
}
