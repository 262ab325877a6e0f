import { DataError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { Matrix } from '../samples/matrix.ts';
import type { PoolMember } from '../samples/pooled-set.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import type { Booster, FitProgress } from './booster.ts';
import { calibrated, logit } from './calibration.ts';
import { fromScores } from './cross-fit.ts';
import { checkRows } from './onnx/check-rows.ts';
import { onnxModel } from './onnx/convert.ts';
import { proofFit } from './proof.ts';
import { fitResidual } from './residual.ts';
import { fitStudent, type Student } from './student.ts';
import { trialFit, type Trial } from './trial.ts';
import { fitTeacher, predictTeacher, type Teacher } from './teacher.ts';
import {
  asMade,
  checkedKnown,
  judged,
  memberSet,
  windowSets,
  type Planted,
  type PredictionRows,
  type WindowInput,
} from './window-sets.ts';

/** A stored teacher and the window it is to predict. */
export type PredictionInput = WindowInput & {
  /** The teacher's model. */
  readonly text: string;
};

/** What a window's stored teacher said of the n rows it learnt from. */
export interface SoftRows {
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** Out-of-fold, of label 1; NaN where there is none. */
  readonly probability: Float64Array;
}

/** A window and what its stored teacher said. */
export type StudentInput = WindowInput & {
  readonly soft: SoftRows;
  /** What the converted model says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
};

/** The n rows of one symbol as its pooled teacher learnt from them. */
export interface ResidualRows extends SoftRows {
  readonly label: Int8Array;
  readonly forwardReturn: Float64Array;
  readonly labelEnd: Float64Array;
}

/** One symbol of a pool and what the pooled teacher said of its n rows. */
export interface ResidualInput {
  /** The symbol's bars from the window's `warmupStart` on, and their context. */
  readonly member: PoolMember;
  readonly recipe: Recipe;
  readonly learnt: ResidualRows;
  /** End of the window's decision day, exclusive: nothing that ends later is known. */
  readonly decisionEndTs: number;
  /** The pooled teacher's model. */
  readonly base: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** A window's teacher, the n rows it learnt from and what it says of its evaluation span. */
export interface TeacherJobResult extends Omit<Teacher, 'outOfFold'> {
  readonly training: Omit<SampleSet, 'matrix'> & Pick<Teacher, 'outOfFold'>;
  readonly predictions: PredictionRows;
}

/** A window's student, the n rows it learnt from, and what shows that its conversion is the same. */
export interface StudentJobResult extends Omit<Student, 'outOfFold' | 'targets'> {
  readonly training: Pick<SampleSet, 'ts' | 'labels' | 'symbols'> &
    Pick<Student, 'outOfFold' | 'targets'>;
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
 * - `residual` fits one symbol's student on top of a pooled teacher and converts both as one
 * - `proof` fits a few rows, to show that the library works where it runs
 * - `trial` fits made-up rows, to be timed
 * - `predictions` predicts the evaluation span of one window with its stored teacher
 *
 * @param planted - what becomes of samples once they are made; leak controls plant their faults here
 * @throws InputError if the window's rows cannot train a model, or a model has other features
 * @throws DataError if a stored teacher is not a model, or of other rows
 * @throws InvariantError if a row that trains was not known at the decision point
 * @throws LaneError if memory or the device fails
 */
export function trainingJobs(booster: Booster, planted: Planted = asMade) {
  return {
    *teacher(input: WindowInput): Generator<FitProgress, TeacherJobResult, void> {
      const sets = windowSets(input, planted);
      const { matrix, ...training } = sets.training;
      const fitted = fitTeacher(booster, { matrix, ...training }, input.recipe);
      const { outOfFold, ...teacher } = yield* fitted;
      const { evaluation } = sets;
      return {
        ...teacher,
        training: { ...training, outOfFold },
        // By the text, so that the stored model is what is judged.
        predictions: judged(evaluation, predictTeacher(booster, teacher.text, evaluation.matrix)),
      };
    },
    *student(input: StudentInput): Generator<FitProgress, StudentJobResult, void> {
      const { soft, recipe, metadata } = input;
      const samples = windowSets(input, planted).training;
      checkSameRows(soft.ts, samples.ts);
      const student = yield* fitStudent(booster, samples, soft.probability, recipe);
      return converted(student, samples, metadata);
    },
    *residual(input: ResidualInput): Generator<FitProgress, StudentJobResult, void> {
      const { learnt, recipe, metadata, base, decisionEndTs } = input;
      const { samples, opinions } = residualSamples(input, planted);
      const known = checkedKnown(samples, decisionEndTs);
      const student = yield* fitResidual(booster, known, opinions, recipe);
      const withoutOpinion = learnt.ts.length - opinions.length;
      const teaching = { ...student.teaching, withoutOpinion };
      return converted({ ...student, teaching }, samples, metadata, base);
    },
    proof: () => proofFit(booster),
    trial: (input: Trial) => trialFit(booster, input),
    *predictions(input: PredictionInput): Generator<FitProgress, PredictionRows, void> {
      const samples = windowSets(input, planted).evaluation;
      const rows = judged(samples, predictTeacher(booster, input.text, samples.matrix));
      yield { round: 1, rounds: 1 };
      return rows;
    },
  };

  function converted(
    { outOfFold, targets, ...student }: Student,
    { ts, labels, symbols }: SampleSet,
    metadata: Readonly<Record<string, string>>,
    base?: string,
  ): StudentJobResult {
    const { text, calibration } = student;
    const matrix = checkRows(base === undefined ? [text] : [base, text], checkedRows, checkSeed);
    const initial =
      base === undefined ? undefined : predictTeacher(booster, base, matrix).map(logit);
    const uncalibrated = fromScores(predictTeacher(booster, text, matrix), initial);
    return {
      ...student,
      training: { ts, labels, outOfFold, targets, ...(symbols && { symbols }) },
      onnx: onnxModel(text, { calibration, metadata, ...(base === undefined ? {} : { base }) }),
      check: { matrix, expected: calibrated(uncalibrated, calibration) },
    };
  }
}

/**
 * What a residual student learns from: its own features at the rows that its pooled teacher has an
 * out-of-fold opinion of, since nothing can be added to none; and those opinions.
 *
 * @param planted - what becomes of samples once they are made
 */
export function residualSamples(
  { member, learnt, recipe }: Pick<ResidualInput, 'member' | 'learnt' | 'recipe'>,
  planted: Planted = asMade,
): { readonly samples: SampleSet; readonly opinions: Float64Array } {
  const isOpined = (_: number, row: number): boolean => !Number.isNaN(learnt.probability[row]);
  const rows = {
    ts: learnt.ts.filter(isOpined),
    label: learnt.label.filter(isOpined),
    forwardReturn: learnt.forwardReturn.filter(isOpined),
    labelEnd: learnt.labelEnd.filter(isOpined),
  };
  return {
    samples: memberSet(member, rows, recipe, planted),
    opinions: learnt.probability.filter(isOpined),
  };
}

function checkSameRows(taught: Float64Array, found: Float64Array): void {
  if (taught.length !== found.length || taught.some((ts, row) => ts !== found[row]))
    throw new DataError('the stored teacher learnt from other rows than its window has now');
}
