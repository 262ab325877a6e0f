import type { Recipe } from '../../contracts/recipe.ts';
import type { Bars } from '../market/bars.ts';
import { labelEnds } from '../samples/labels.ts';
import {
  evaluationRows,
  sampleSet,
  trainingRows,
  type SampleSet,
  type WindowSpan,
} from '../samples/sample-set.ts';
import type { Booster, FitProgress } from './booster.ts';
import { proofFit } from './proof.ts';
import { fitTeacher, predictTeacher, type Teacher } from './teacher.ts';

/** One window: all that its fits and predictions may read. */
export interface WindowInput {
  /** Bars from the window's `warmupStart` on. */
  readonly bars: Bars;
  readonly span: WindowSpan;
  readonly recipe: Recipe;
}

/** A stored teacher and the window it is to predict. */
export interface PredictionInput extends WindowInput {
  /** The teacher's model. */
  readonly text: string;
}

/** What a teacher says of the n rows of an evaluation span. */
export interface PredictionRows {
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** 1 pays, 0 does not, −1 unknown as yet. */
  readonly label: Int8Array;
  /** Fractions before costs; NaN unknown as yet. */
  readonly forwardReturn: Float64Array;
  /** Of label 1. */
  readonly probability: Float64Array;
}

/** A window's teacher, the n rows it learnt from and what it says of its evaluation span. */
export interface TeacherJobResult extends Omit<Teacher, 'outOfFold'> {
  readonly training: Omit<SampleSet, 'matrix'> & Pick<Teacher, 'outOfFold'>;
  readonly predictions: PredictionRows;
}

/**
 * The long computations that a compute thread runs, by name; inputs and results are plain values.
 *
 * - `teacher` fits the teacher of one window and predicts its evaluation span
 * - `proof` fits a few rows, to show that the library works where it runs
 * - `predictions` predicts the evaluation span of one window with its stored teacher
 *
 * @throws InputError if the window's rows cannot train a teacher, or a model has other features
 * @throws DataError if a stored teacher is not a model
 * @throws LaneError if memory or the device fails
 */
export function trainingJobs(booster: Booster) {
  return {
    *teacher(input: WindowInput): Generator<FitProgress, TeacherJobResult, void> {
      const { bars, span, recipe } = input;
      const labelled = { ts: bars.ts, labelEnds: labelEnds(bars, recipe.horizon) };
      const rows = trainingRows(labelled, span, recipe.readyBars);
      const samples = sampleSet(bars, rows, recipe);
      const { outOfFold, ...teacher } = yield* fitTeacher(booster, samples, recipe);
      const { ts, labels, forwardReturns } = samples;
      return {
        ...teacher,
        training: { ts, labels, forwardReturns, labelEnds: samples.labelEnds, outOfFold },
        // By the text, so that the stored model is what is judged.
        predictions: predictionRows(booster, { ...input, text: teacher.text }),
      };
    },

    *proof(): Generator<FitProgress, number, void> {
      return yield* proofFit(booster);
    },

    *predictions(input: PredictionInput): Generator<FitProgress, PredictionRows, void> {
      const rows = predictionRows(booster, input);
      yield { round: 1, rounds: 1 };
      return rows;
    },
  };
}

function predictionRows(booster: Booster, input: PredictionInput): PredictionRows {
  const { bars, span, recipe, text } = input;
  const samples = sampleSet(bars, evaluationRows(bars.ts, span), recipe);
  return {
    ts: samples.ts,
    label: samples.labels,
    forwardReturn: samples.forwardReturns,
    probability: predictTeacher(booster, text, samples.matrix),
  };
}
