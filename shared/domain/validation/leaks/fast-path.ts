import { InputError } from '../../../contracts/errors.ts';
import type { Recipe } from '../../../contracts/recipe.ts';
import { sliceBars, type Bars } from '../../market/bars.ts';
import type { Calendar } from '../../market/calendar.ts';
import { dayOf } from '../../market/exchange-time.ts';
import { decideWindows } from '../../samples/decisions.ts';
import { gridWindows } from '../../samples/windows.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { calibrated } from '../../training/calibration.ts';
import { trainingJobs } from '../../training/jobs.ts';
import { predictTeacher } from '../../training/teacher.ts';
import { windowSets, type SymbolInput } from '../../training/window-sets.ts';
import { faultySamples, faultySpan, type Fault } from './faults.ts';
import type { Universe } from './universe.ts';

/** Whose opinions a control judges. */
export const models = ['teacher', 'student', 'teacher out-of-fold', 'student out-of-fold'] as const;
export type Model = (typeof models)[number];

/** n rows that one model judged, in time, of one window. */
export interface Opinions {
  readonly model: Model;
  readonly symbol: string;
  /** Index of the window in the grid, from 0. */
  readonly window: number;
  readonly ts: Float64Array;
  readonly labels: Int8Array;
  /** NaN where the model says nothing. */
  readonly probabilities: Float64Array;
  /** Rows that each block of rows begins with whose label overlaps with those learnt from. */
  readonly blockStarts: Int32Array;
}

/** What runs through the fast path. */
export interface PathOptions {
  readonly recipe: Recipe;
  readonly windows: number;
  readonly fault?: Fault;
  /** Of the fault's chance. */
  readonly seed: number;
}

/**
 * A recipe from bars to opinions by the code of production, without workflows, files and threads.
 * Another recipe is another such function.
 */
export type FastPath = (
  booster: Booster,
  universe: Universe,
  options: PathOptions,
) => Generator<FitProgress, Opinions[], void>;

/** Fast paths by the name of their recipe. */
const fastPaths: Readonly<Partial<Record<string, FastPath>>> = { symbol: symbolPath };

/**
 * The fast path of a recipe.
 *
 * @throws InputError if it has none
 */
export function fastPathOf({ name }: Pick<Recipe, 'name'>): FastPath {
  const path = fastPaths[name];
  if (path === undefined)
    throw new InputError(`recipe "${name}" has no leak controls yet`, { name });
  return path;
}

/** One teacher and one student a symbol and window: grid, decisions, samples, folds, fits. */
function* symbolPath(
  booster: Booster,
  universe: Universe,
  options: PathOptions,
): Generator<FitProgress, Opinions[], void> {
  const opinions: Opinions[] = [];
  for (const { bars } of universe.symbols)
    for (const [window, input] of windowInputs(bars, universe.calendar, options).entries())
      for (const opinion of yield* windowOpinions(booster, input, options))
        opinions.push({ ...opinion, symbol: bars.symbol, window });
  return opinions;
}

/** What production would hand to the fits of a symbol's windows, those that it skips left out. */
export function windowInputs(
  bars: Bars,
  calendar: Calendar,
  { recipe, windows }: Pick<PathOptions, 'recipe' | 'windows'>,
): SymbolInput[] {
  const dueUntil = dayOf(bars.ts[bars.ts.length - 1]);
  const grid = gridWindows(recipe, recipe.grid.anchor, dueUntil, calendar).slice(0, windows);
  const facts = { bars, instrumentClass: 'derivatives' } as const;
  return decideWindows(grid, facts, { recipe, calendar, dueUntil }).flatMap((decided) => {
    if (decided.skip !== undefined) return [];
    const { span, predictions } = decided.ranges;
    return [{ bars: sliceBars(bars, predictions.start, predictions.end), span, recipe }];
  });
}

function* windowOpinions(
  booster: Booster,
  window: SymbolInput,
  { fault, seed }: PathOptions,
): Generator<FitProgress, Omit<Opinions, 'symbol' | 'window'>[], void> {
  const { bars, recipe } = window;
  const samplesOf = faultySamples(fault, seed);
  const span = faultySpan(fault, window.span, bars.ts, recipe.horizon);
  const input = { ...window, span };
  const jobs = trainingJobs(booster, samplesOf);
  const teacher = yield* jobs.teacher(input);
  const { ts, labels, outOfFold } = teacher.training;
  const soft = { ts, probability: outOfFold };
  const student = yield* jobs.student({ ...input, soft, metadata: {} });

  const judged = windowSets(input, samplesOf).evaluation;
  const said = predictTeacher(booster, student.text, judged.matrix);
  const inFolds = { ts, labels, blockStarts: testStarts(teacher.folds, ts.length) };
  const after = { ts: judged.ts, labels: judged.labels, blockStarts: Int32Array.of(0) };
  return [
    { model: 'teacher', ...after, probabilities: teacher.predictions.probability },
    { model: 'student', ...after, probabilities: calibrated(said, student.calibration) },
    { model: 'teacher out-of-fold', ...inFolds, probabilities: outOfFold },
    { model: 'student out-of-fold', ...inFolds, probabilities: student.training.outOfFold },
  ];
}

/** Where each fold's test block begins: the blocks lie at the end, one after the other. */
function testStarts(folds: readonly { readonly testRows: number }[], rows: number): Int32Array {
  let start = rows - folds.reduce((sum, { testRows }) => sum + testRows, 0);
  return Int32Array.from(folds, ({ testRows }) => {
    start += testRows;
    return start - testRows;
  });
}
