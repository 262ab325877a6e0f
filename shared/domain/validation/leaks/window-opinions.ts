import type { Recipe } from '../../../contracts/recipe.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { calibrated, logit } from '../../training/calibration.ts';
import { fromScores } from '../../training/cross-fit.ts';
import { trainingJobs } from '../../training/jobs.ts';
import { predictTeacher } from '../../training/teacher.ts';
import {
  memberSet,
  windowSets,
  type PooledInput,
  type WindowInput,
} from '../../training/window-sets.ts';
import { faultySamples, faultySpan, type Fault } from './faults.ts';
import { memberColumn, memberRows } from './member-rows.ts';
import { blockStamps, opinionsOf, type Opinions } from './opinions.ts';

/** A window, and what goes wrong with it on purpose. */
export interface WindowTried<Input extends WindowInput = WindowInput> {
  readonly input: Input;
  /** Index of the window in the grid, from 0. */
  readonly window: number;
  readonly fault?: Fault;
  /** Of the fault's chance. */
  readonly seed: number;
}

/** Fits a window's teacher and student, and asks both of its evaluation span and between folds. */
export function* windowOpinions(
  booster: Booster,
  tried: WindowTried,
): Generator<FitProgress, Opinions[], void> {
  const { window } = tried;
  const { input, jobs, sets, teacher, opinion } = yield* taught(booster, tried);
  const { ts, labels, symbols, outOfFold } = teacher.training;
  const student = yield* jobs.student({
    ...input,
    soft: { ts, probability: opinion },
    metadata: {},
  });

  const { evaluation } = sets;
  const said = predictTeacher(booster, student.text, evaluation.matrix);
  const at = { own: ownName(input), window };
  const inFolds = {
    ts,
    labels,
    ...(symbols && { symbols }),
    blocks: blockStamps(teacher.folds, ts),
  };
  const after = { ...evaluation, blocks: [evaluation.ts[0]] };
  const { probability } = teacher.predictions;
  return [
    ...opinionsOf('teacher', at, { ...after, probabilities: probability }),
    ...opinionsOf('student', at, {
      ...after,
      probabilities: calibrated(said, student.calibration),
    }),
    ...opinionsOf('teacher out-of-fold', at, { ...inFolds, probabilities: outOfFold }),
    ...opinionsOf('student out-of-fold', at, {
      ...inFolds,
      probabilities: student.training.outOfFold,
    }),
  ];
}

/**
 * Fits a pooled window's teacher and, on top of it, students of its first members.
 *
 * @param recipe - of the students
 * @param count - members that get one
 */
export function* residualOpinions(
  booster: Booster,
  tried: WindowTried<PooledInput>,
  recipe: Recipe,
  count: number,
): Generator<FitProgress, Opinions[], void> {
  const { window } = tried;
  const { input, planted, jobs, sets, teacher, opinion } = yield* taught(booster, tried);
  const { training, text: base } = teacher;
  const { evaluation } = sets;
  const blocks = blockStamps(teacher.folds, training.ts);
  const opinions: Opinions[] = [
    ...opinionsOf(
      'teacher',
      { own: '', window },
      {
        ...evaluation,
        blocks: [evaluation.ts[0]],
        probabilities: teacher.predictions.probability,
      },
    ),
    ...opinionsOf(
      'teacher out-of-fold',
      { own: '', window },
      {
        ...training,
        blocks,
        probabilities: training.outOfFold,
      },
    ),
  ];
  for (const [index, member] of input.members.slice(0, count).entries()) {
    const at = { own: member.bars.symbol, window };
    const learnt = {
      ...memberRows(training, index),
      probability: memberColumn(opinion, training, index),
    };
    const { decisionEndTs } = input.span;
    const asked = { member, recipe, learnt, base, decisionEndTs, metadata: {} };
    const student = yield* jobs.residual(asked);
    const own = memberRows(evaluation, index);
    const { matrix } = memberSet(member, own, recipe, planted);
    const initial = predictTeacher(booster, base, matrix).map(logit);
    const said = fromScores(predictTeacher(booster, student.text, matrix), initial);
    const { ts, labels, outOfFold } = student.training;
    opinions.push(
      ...opinionsOf('student', at, {
        ts: own.ts,
        labels: own.label,
        blocks: [own.ts[0]],
        probabilities: calibrated(said, student.calibration),
      }),
      ...opinionsOf('student out-of-fold', at, {
        ts,
        labels,
        blocks: blockStamps(student.folds, ts),
        probabilities: outOfFold,
      }),
    );
  }
  return opinions;
}

/** Fits a window's teacher, and gives what its students are told, with what goes wrong on purpose. */
function* taught<Input extends WindowInput>(booster: Booster, tried: WindowTried<Input>) {
  const { fault, seed } = tried;
  const input = faultyInput(tried);
  const planted = faultySamples(fault, seed);
  const jobs = trainingJobs(booster, planted);
  const sets = windowSets(input, planted);
  const teacher = yield* jobs.teacher(input);
  const { text, training } = teacher;
  const opinion =
    fault === 'in-sample'
      ? predictTeacher(booster, text, sets.training.matrix)
      : training.outOfFold;
  return { input, planted, jobs, sets, teacher, opinion };
}

function faultyInput<Input extends WindowInput>({ fault, input }: WindowTried<Input>): Input {
  const { ts } = 'members' in input ? input.members[0].bars : input.bars;
  return { ...input, span: faultySpan(fault, input.span, ts, input.recipe.horizon) };
}

function ownName(input: WindowInput): string {
  return 'members' in input ? '' : input.bars.symbol;
}
