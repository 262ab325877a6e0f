import type { TreeOptions } from '../../contracts/recipe.ts';
import { matrixRows, type Matrix } from '../samples/matrix.ts';
import type { Fold } from '../samples/splits.ts';
import type { Booster, BoosterParameters, FitProgress, FittedModel } from './booster.ts';
import { logit } from './calibration.ts';

/** What models of two classes are fitted on: n rows, all labelled. */
export interface LabelledRows {
  readonly matrix: Matrix;
  /** 1 or 0. */
  readonly labels: Int8Array;
  /** What the fit aims at; the labels themselves, or shares in [0, 1] that stand for them. */
  readonly targets: Float32Array;
  /** How much each counts; absent where all count alike. */
  readonly weights?: Float32Array;
  /** Logits that the fit adds to; absent where it starts from the base rate. */
  readonly initialScores?: Float64Array;
}

/** Rows of one inner fold. */
export interface FoldRows {
  readonly trainRows: number;
  readonly testRows: number;
}

/** How one model is grown. */
export interface Growth {
  readonly objective: 'binary' | 'cross_entropy';
  readonly trees: TreeOptions;
}

/** What the fits of a model have in common: of each fold, and of all rows. */
export interface FoldSetup {
  readonly rows: LabelledRows;
  readonly folds: readonly Fold[];
  readonly growth: Growth;
}

/** A fold whose model has been fitted, while it can be asked. */
export interface FittedFold {
  readonly fold: Fold;
  /** The rows of its test block. */
  readonly block: Matrix;
  /** Probabilities of label 1 of the block's rows, by these features instead of their own. */
  predict(block: Matrix): Float64Array;
}

/**
 * Predicts every fold's test block by a model of the rows that the fold may learn from.
 *
 * A fold that has nothing to learn from (one class only, or too few rows for a single split)
 * predicts its smoothed base rate, (gains + 1) / (rows + 2). LightGBM would say 1e-15 or its
 * complement of a single class, which costs 35 nats when wrong. Where rows have initial scores it
 * adds nothing to them.
 *
 * @param onFold - shown each fold before its model is closed
 * @returns progress after each round, of the rounds of all folds; in the end n probabilities of
 *   label 1 by models that knew neither the row nor what came after, NaN outside of test blocks
 * @throws LaneError if memory or the device fails
 */
export function* crossFit(
  booster: Booster,
  { rows, folds, growth }: FoldSetup,
  onFold?: (fitted: FittedFold) => void,
): Generator<FitProgress, Float64Array, void> {
  const { matrix, labels, targets, weights, initialScores } = rows;
  const rounds = folds.length * growth.trees.trees;
  const outOfFold = new Float64Array(labels.length).fill(NaN);
  for (const [index, fold] of folds.entries()) {
    const { train, testStart, testEnd } = fold;
    const test = Int32Array.from({ length: testEnd - testStart }, (_, i) => testStart + i);
    const block = matrixRows(matrix, test);
    const shown = (predict: FittedFold['predict']): void => {
      outOfFold.set(predict(block), testStart);
      onFold?.({ fold, block, predict });
    };
    const known = Int8Array.from(train, (row) => labels[row]);
    const initial = initialScores?.subarray(testStart, testEnd);
    if (!canLearn(known, growth.trees)) {
      const rate = initial === undefined ? smoothedBaseRate(known) : 0.5;
      const flat = new Float64Array(testEnd - testStart).fill(rate);
      shown(() => fromScores(flat, initial));
      continue;
    }
    const taught = {
      matrix: matrixRows(matrix, train),
      labels: known,
      targets: Float32Array.from(train, (row) => targets[row]),
      ...(weights && { weights: Float32Array.from(train, (row) => weights[row]) }),
      ...(initialScores && { initialScores: Float64Array.from(train, (i) => initialScores[i]) }),
    };
    const done = index * growth.trees.trees;
    using model = yield* counted(fitOnce(booster, taught, growth), done, rounds);
    shown((asked) => fromScores(model.predict(asked), initial));
  }
  return outOfFold;
}

/** Fits one model on all rows. */
export function fitOnce(
  booster: Booster,
  { matrix, targets, weights, initialScores }: LabelledRows,
  { objective, trees }: Growth,
): Generator<FitProgress, FittedModel, void> {
  const parameters: BoosterParameters = {
    objective,
    num_leaves: trees.leaves,
    min_data_in_leaf: trees.minimumLeafRows,
    learning_rate: trees.learningRate,
    seed: trees.seed,
    ...(trees.l2 === undefined ? {} : { lambda_l2: trees.l2 }),
    // A feature that cannot split a small fold is still one of the model's features.
    feature_pre_filter: false,
  };
  const set = {
    matrix,
    labels: targets,
    ...(weights && { weights }),
    ...(initialScores && { initialScores }),
  };
  return booster.fit(set, parameters, trees.trees);
}

/**
 * Adds what a model says to the scores it was fitted on top of.
 *
 * @param probabilities - n of the model alone
 * @param initial - n logits; absent where there are none
 */
export function fromScores(probabilities: Float64Array, initial?: Float64Array): Float64Array {
  if (initial === undefined) return probabilities;
  return probabilities.map((p, row) => 1 / (1 + Math.exp(-(logit(p) + initial[row]))));
}

/**
 * One computation of several, its progress counted among theirs.
 *
 * @param done - rounds of those before it
 * @param rounds - rounds of all of them
 */
export function* counted<Output>(
  work: Generator<FitProgress, Output, void>,
  done: number,
  rounds: number,
): Generator<FitProgress, Output, void> {
  let step = work.next();
  try {
    while (step.done !== true) {
      yield { round: done + step.value.round, rounds };
      step = work.next();
    }
    return step.value;
  } finally {
    // Ended early, by the caller: the computation frees what it holds.
    if (step.done !== true) (work as Iterator<FitProgress>).return?.();
  }
}

/** How many rows each fold learnt from and predicted. */
export function foldRows(folds: readonly Fold[]): FoldRows[] {
  return folds.map(({ train, testStart, testEnd }) => ({
    trainRows: train.length,
    testRows: testEnd - testStart,
  }));
}

function canLearn(labels: Int8Array, trees: TreeOptions): boolean {
  return labels.length >= 2 * trees.minimumLeafRows && labels.includes(0) && labels.includes(1);
}

function smoothedBaseRate(labels: Int8Array): number {
  return (labels.reduce((gains, label) => gains + label, 0) + 1) / (labels.length + 2);
}

/** A final fit on all rows, and what models of the folds said of rows they had not seen. */
export interface CrossedFit extends Pick<
  FittedModel,
  'text' | 'parameters' | 'features' | 'gains'
> {
  /** n predictions; NaN where no fold tests a row. */
  readonly outOfFold: Float64Array;
}

/**
 * Fits each fold, then all rows.
 *
 * @returns progress after each round, counting the rounds of all fits
 * @throws LaneError if memory or the device fails
 */
export function* fitCrossed(
  booster: Booster,
  setup: FoldSetup,
): Generator<FitProgress, CrossedFit, void> {
  const { rows, folds, growth } = setup;
  const inFolds = folds.length * growth.trees.trees;
  const rounds = inFolds + growth.trees.trees;
  const outOfFold = yield* counted(crossFit(booster, setup), 0, rounds);
  using model = yield* counted(fitOnce(booster, rows, growth), inFolds, rounds);
  return {
    text: model.text,
    parameters: model.parameters,
    features: model.features,
    gains: model.gains,
    outOfFold,
  };
}
