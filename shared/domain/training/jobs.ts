import { DataError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { Bars } from '../market/bars.ts';
import { labelEnds } from '../samples/labels.ts';
import type { Matrix } from '../samples/matrix.ts';
import {
  evaluationRows,
  sampleSet,
  trainingRows,
  type SampleSet,
  type WindowSpan,
} from '../samples/sample-set.ts';
import type { Booster, FitProgress } from './booster.ts';
import { calibrated } from './calibration.ts';
import { checkRows } from './onnx/check-rows.ts';
import { onnxModel } from './onnx/convert.ts';
import { proofFit } from './proof.ts';
import { fitStudent, type Student } from './student.ts';
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

/** A window and what its stored teacher said of the n rows it learnt from. */
export interface StudentInput extends WindowInput {
  readonly soft: {
    /** Open of each row's bar, epoch milliseconds UTC. */
    readonly ts: Float64Array;
    /** Out-of-fold, of label 1; NaN where there is none. */
    readonly probability: Float64Array;
  };
  /** What the converted model says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a model says of the n rows of an evaluation span. */
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

/** A window's student, the n rows it learnt from, and what shows that its conversion is the same. */
export interface StudentJobResult extends Omit<Student, 'outOfFold' | 'targets'> {
  readonly training: Pick<SampleSet, 'ts' | 'labels'> & Pick<Student, 'outOfFold' | 'targets'>;
  /** The calibrated model as ONNX. */
  readonly onnx: Uint8Array;
  /** Rows made to break a conversion, and their calibrated probabilities by LightGBM. */
  readonly check: { readonly matrix: Matrix; readonly expected: Float64Array };
}

/** Hard rows that every converted student is compared on. */
const checkedRows = 256;
const checkSeed = 1;

/**
 * The long computations that a compute thread runs, by name; inputs and results are plain values.
 *
 * - `teacher` fits the teacher of one window and predicts its evaluation span
 * - `student` distils the student of one window and converts it
 * - `proof` fits a few rows, to show that the library works where it runs
 * - `predictions` predicts the evaluation span of one window with its stored teacher
 *
 * @throws InputError if the window's rows cannot train a model, or a model has other features
 * @throws DataError if a stored teacher is not a model, or of other rows
 * @throws LaneError if memory or the device fails
 */
export function trainingJobs(booster: Booster) {
  return {
    *teacher(input: WindowInput): Generator<FitProgress, TeacherJobResult, void> {
      const samples = trainingSet(input);
      const { outOfFold, ...teacher } = yield* fitTeacher(booster, samples, input.recipe);
      const { ts, labels, forwardReturns } = samples;
      return {
        ...teacher,
        training: { ts, labels, forwardReturns, labelEnds: samples.labelEnds, outOfFold },
        // By the text, so that the stored model is what is judged.
        predictions: predictionRows(booster, { ...input, text: teacher.text }),
      };
    },
    *student(input: StudentInput): Generator<FitProgress, StudentJobResult, void> {
      const { soft, recipe, metadata } = input;
      const samples = trainingSet(input);
      const { ts, labels } = samples;
      if (soft.ts.join() !== ts.join())
        throw new DataError('the stored teacher learnt from other rows than its window has now');
      const fitted = fitStudent(booster, samples, soft.probability, recipe);
      const { outOfFold, targets, ...student } = yield* fitted;
      const { text, calibration } = student;
      const matrix = checkRows(text, checkedRows, checkSeed);
      const uncalibrated = predictTeacher(booster, text, matrix);
      return {
        ...student,
        training: { ts, labels, outOfFold, targets },
        onnx: onnxModel(text, { calibration, metadata }),
        check: { matrix, expected: calibrated(uncalibrated, calibration) },
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

/** The rows of a window that its models are judged on. */
export function evaluationSet({ bars, span, recipe }: WindowInput): SampleSet {
  return sampleSet(bars, evaluationRows(bars.ts, span), recipe);
}

/** The rows of an evaluation span with what a model says of them. */
export function judged(samples: SampleSet, probability: Float64Array): PredictionRows {
  return {
    ts: samples.ts,
    label: samples.labels,
    forwardReturn: samples.forwardReturns,
    probability,
  };
}

function trainingSet({ bars, span, recipe }: WindowInput): SampleSet {
  const labelled = { ts: bars.ts, labelEnds: labelEnds(bars, recipe.horizon) };
  return sampleSet(bars, trainingRows(labelled, span, recipe.readyBars), recipe);
}

function predictionRows(booster: Booster, input: PredictionInput): PredictionRows {
  const samples = evaluationSet(input);
  return judged(samples, predictTeacher(booster, input.text, samples.matrix));
}
