import { InputError } from '../../contracts/errors.ts';
import type { Recipe, TeacherOptions } from '../../contracts/recipe.ts';
import { matrixRows, type Matrix } from '../samples/matrix.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import { forwardChainedFolds } from '../samples/splits.ts';
import type { Booster, BoosterParameters, FitProgress, FittedModel } from './booster.ts';

/** A fitted teacher and what it said of rows it had not seen. */
export interface Teacher {
  /** The final model, fitted on all rows. */
  readonly text: string;
  /** Parameters as the library used them, read back from the final model. */
  readonly parameters: Readonly<Record<string, string>>;
  /** m names, in the order of the columns. */
  readonly features: readonly string[];
  /** n probabilities of label 1 by models that knew neither the row nor what came after; else NaN. */
  readonly outOfFold: Float64Array;
  readonly folds: readonly FoldRows[];
}

/** Rows of one inner fold. */
export interface FoldRows {
  readonly trainRows: number;
  readonly testRows: number;
}

/**
 * Fits a window's teacher: a model for each inner fold, for out-of-fold probabilities, then one on
 * all rows.
 *
 * A fold that has nothing to learn from (one class only, or too few rows for a single split)
 * predicts its smoothed base rate, (gains + 1) / (rows + 2). LightGBM would say 1e-15 or its
 * complement of a single class, which costs 35 nats when wrong.
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
  const { matrix, labels } = samples;
  checkClasses(labels);
  const { trees } = recipe.teacher;
  const folds = forwardChainedFolds(samples.labelEnds, samples.ts, recipe).map((fold) => ({
    ...fold,
    labels: Int8Array.from(fold.train, (row) => labels[row]),
  }));
  const taught = folds.filter((fold) => canLearn(fold.labels, recipe.teacher));
  const rounds = trees * (taught.length + 1);
  const outOfFold = new Float64Array(labels.length).fill(NaN);
  const fit = (rows: Matrix, known: Int8Array): ReturnType<Booster['fit']> =>
    booster.fit(
      { matrix: rows, labels: Float32Array.from(known) },
      parametersOf(recipe.teacher),
      trees,
    );

  for (const fold of folds) {
    const { testStart, testEnd } = fold;
    const done = taught.indexOf(fold) * trees;
    if (done < 0) {
      outOfFold.fill(smoothedBaseRate(fold.labels), testStart, testEnd);
      continue;
    }
    using model = yield* counted(fit(matrixRows(matrix, fold.train), fold.labels), done, rounds);
    const test = Int32Array.from({ length: testEnd - testStart }, (_, i) => testStart + i);
    outOfFold.set(model.predict(matrixRows(matrix, test)), testStart);
  }

  using model = yield* counted(fit(matrix, labels), taught.length * trees, rounds);
  return {
    text: model.text,
    parameters: model.parameters,
    features: model.features,
    outOfFold,
    folds: folds.map(({ train, testStart, testEnd }) => ({
      trainRows: train.length,
      testRows: testEnd - testStart,
    })),
  };
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

/** One fit of several, its progress counted among theirs. */
function* counted(
  fit: Generator<FitProgress, FittedModel, void>,
  done: number,
  rounds: number,
): Generator<FitProgress, FittedModel, void> {
  let step = fit.next();
  try {
    while (step.done !== true) {
      yield { round: done + step.value.round, rounds };
      step = fit.next();
    }
    return step.value;
  } finally {
    // Ended early, by the caller: the fit frees what it holds.
    if (step.done !== true) (fit as Iterator<FitProgress>).return?.();
  }
}

function parametersOf(options: TeacherOptions): BoosterParameters {
  return {
    objective: 'binary',
    num_leaves: options.leaves,
    min_data_in_leaf: options.minimumLeafRows,
    learning_rate: options.learningRate,
    seed: options.seed,
    // A feature that cannot split a small fold is still one of the model's features.
    feature_pre_filter: false,
  };
}

function canLearn(labels: Int8Array, options: TeacherOptions): boolean {
  return labels.length >= 2 * options.minimumLeafRows && labels.includes(0) && labels.includes(1);
}

function smoothedBaseRate(labels: Int8Array): number {
  return (labels.reduce((gains, label) => gains + label, 0) + 1) / (labels.length + 2);
}

function checkClasses(labels: Int8Array): void {
  const counts = { gains: 0, losses: 0, unknown: 0 };
  for (const label of labels) counts[label === 1 ? 'gains' : label === 0 ? 'losses' : 'unknown']++;
  const { gains, losses, unknown } = counts;
  if (gains === 0 || losses === 0 || unknown > 0)
    throw new InputError(
      `a teacher needs known labels of both classes, but has "${gains}" gains, "${losses}" losses ` +
        `and "${unknown}" unknown`,
      counts,
    );
}
