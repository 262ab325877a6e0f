import type { Matrix } from '../samples/matrix.ts';

/** What a model is fitted on: n rows with a label each, and what else is known of each. */
export interface TrainingSet {
  readonly matrix: Matrix;
  readonly labels: Float32Array;
  readonly weights?: Float32Array;
  /** Scores that the trees are added to, before any sigmoid; the model itself does not hold them. */
  readonly initialScores?: Float64Array;
}

/** LightGBM parameters by their own names. */
export type BoosterParameters = Readonly<Record<string, string | number | boolean>>;

/** How far a fit is. */
export interface FitProgress {
  /** Rounds done, from 1. */
  readonly round: number;
  readonly rounds: number;
}

/** A fitted model in the library's memory. Close it on every path. */
export interface FittedModel extends Disposable {
  /** Names of the m features, in order. */
  readonly features: readonly string[];
  /** Trees in the model. */
  readonly trees: number;
  /** Parameters as the library used them, read back from the model. */
  readonly parameters: Readonly<Record<string, string>>;
  /**
   * What splits on each of the m features took off the training loss, summed, as the library counts
   * it; 0 where none splits on it.
   */
  readonly gains: readonly number[];
  /** The model as text: the same input gives the same bytes, whatever the lane. */
  readonly text: string;
  /**
   * @param matrix - n rows with the model's features, in the model's order
   * @returns n predictions on the scale of the objective (probabilities for binary)
   * @throws InputError if features differ from the model's
   */
  predict(matrix: Matrix): Float64Array;
}

/** A gradient-boosting library, as the domain sees it. */
export interface Booster {
  /** Name and version, e.g. `lightgbm 4.7.0`. */
  readonly version: string;
  /**
   * Fits a model, one boosting round at a time.
   *
   * Yields after each round; ended early, it frees what it holds.
   *
   * @throws InputError if lengths or parameters do not fit
   * @throws LaneError if memory or the device fails
   */
  fit(
    set: TrainingSet,
    parameters: BoosterParameters,
    rounds: number,
  ): Generator<FitProgress, FittedModel, void>;
  /** @throws DataError if `text` is not a model */
  load(text: string): FittedModel;
}
