import type { Recipe } from '../../../contracts/recipe.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../market/bars.ts';
import { chance } from '../../market/simulated/chance.ts';
import { sampleSet, type SampleSet } from '../../samples/sample-set.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { trainingJobs } from '../../training/jobs.ts';
import type { SymbolInput } from '../../training/window-sets.ts';

/** Values that were compared, and how many bars of later had changed: none should. */
interface Compared {
  readonly compared: number;
  readonly different: number;
}

/** What bars of later changed, by what they changed. */
export interface Differences {
  readonly features: Compared;
  readonly labels: Compared;
  /** Models, their calibration and what they say at the close of the decision day. */
  readonly models: Compared;
}

const none: Compared = { compared: 0, different: 0 };

/** All that was compared and found together. */
export function sumOf(all: readonly Differences[]): Differences {
  const total = (of: keyof Differences): Compared =>
    all.reduce(
      (sum, differences) => ({
        compared: sum.compared + differences[of].compared,
        different: sum.different + differences[of].different,
      }),
      none,
    );
  return { features: total('features'), labels: total('labels'), models: total('models') };
}

/** Cuts of a series at random bars. */
const cuts = 20;
/** Label, return and end. */
const labelColumns = 3;

/**
 * Compares samples of bars up to random bars with those of all bars: features of every row must be
 * the same, and labels exactly where they end within the bars, unknown elsewhere.
 */
export function truncationDifferences(bars: Bars, recipe: Recipe, seed: number): Differences {
  const own = chance(`${seed} cuts ${bars.symbol}`);
  const full = samplesUpTo(bars, bars.ts.length, recipe);
  let [features, labels, rows] = [0, 0, 0];
  for (let cut = 0; cut < cuts; cut++) {
    const count = 1 + Math.floor(own.uniform() * (bars.ts.length - 1));
    const known = samplesUpTo(bars, count, recipe);
    features += differentFeatures(known, full);
    labels += differentLabels(known, full, bars.ts[count]);
    rows += count;
  }
  return {
    features: { compared: rows * full.matrix.features.length, different: features },
    labels: { compared: rows * labelColumns, different: labels },
    models: none,
  };
}

/**
 * Fits a window's models twice, the second time with other bars from the day after the decision on:
 * neither model may change, nor what they say at the decision.
 */
export function* futureDifferences(
  booster: Booster,
  input: SymbolInput,
  seed: number,
): Generator<FitProgress, Differences, void> {
  // The first row that is predicted is the decision's own; by that, not by where training ends.
  const decided = firstAtOrAfter(input.bars, input.span.evaluateFromTs) + 1;
  const said: string[][] = [];
  for (const bars of [input.bars, otherFrom(input.bars, decided, seed)]) {
    const jobs = trainingJobs(booster);
    const teacher = yield* jobs.teacher({ ...input, bars });
    const { ts, outOfFold } = teacher.training;
    const soft = { ts, probability: outOfFold };
    const student = yield* jobs.student({ ...input, bars, soft, metadata: {} });
    const calibration = JSON.stringify(student.calibration);
    const first = String(teacher.predictions.probability[0]);
    said.push([teacher.text, first, student.text, calibration]);
  }
  const different = said[0].filter((text, i) => text !== said[1][i]).length;
  return { features: none, labels: none, models: { compared: said[0].length, different } };
}

function samplesUpTo(bars: Bars, count: number, recipe: Recipe): SampleSet {
  const rows = Int32Array.from({ length: count }, (_, i) => i);
  return sampleSet(sliceBars(bars, 0, count), rows, recipe);
}

function differentFeatures({ matrix: known }: SampleSet, { matrix: full }: SampleSet): number {
  let different = 0;
  for (let j = 0; j < known.features.length; j++)
    for (let i = 0; i < known.rows; i++)
      if (!Object.is(known.values[j * known.rows + i], full.values[j * full.rows + i])) different++;
  return different;
}

/** @param endTs - the first bar that is not known */
function differentLabels(known: SampleSet, full: SampleSet, endTs: number): number {
  let different = 0;
  for (let i = 0; i < known.ts.length; i++) {
    const isKnown = full.labelEnds[i] < endTs;
    for (const [found, expected] of [
      [known.labels[i], isKnown ? full.labels[i] : -1],
      [known.forwardReturns[i], isKnown ? full.forwardReturns[i] : NaN],
      [known.labelEnds[i], isKnown ? full.labelEnds[i] : NaN],
    ])
      if (!Object.is(found, expected)) different++;
  }
  return different;
}

/** Bars whose prices and volumes from bar `start` on are others. */
function otherFrom(bars: Bars, start: number, seed: number): Bars {
  const own = chance(`${seed} other ${bars.symbol}`);
  const factors = bars.ts.map((_, i) => (i < start ? 1 : 0.5 + own.uniform()));
  const times = (column: Float64Array): Float64Array =>
    column.map((value, i) => value * factors[i]);
  return {
    ...bars,
    open: times(bars.open),
    high: times(bars.high),
    low: times(bars.low),
    close: times(bars.close),
    volume: times(bars.volume),
  };
}
