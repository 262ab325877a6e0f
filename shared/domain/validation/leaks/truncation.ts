import type { Recipe } from '../../../contracts/recipe.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../market/bars/bars.ts';
import { chance } from '../../market/simulated/chance.ts';
import type { FeatureInput, MarketContext } from '../../samples/features/feature.ts';
import type { LabelColumns } from '../../samples/labels/label-columns.ts';
import { crossSection, pooledSampleSet } from '../../samples/pooled-set.ts';
import { sampleSet, type SampleSet } from '../../samples/sample-set.ts';
import { dailyLabels } from '../../samples/symbol-labels.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { trainingJobs, type StudentJobResult } from '../../training/jobs.ts';
import type { WindowInput } from '../../training/window-sets.ts';
import { memberColumn, memberRows } from './member-rows.ts';

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

/** Cuts at random bars. */
const cuts = 20;
/** Label, return and end. */
const labelColumns = 3;

/** How a symbol's bars are labelled. */
export type LabelsOf = (bars: Bars) => LabelColumns;

/**
 * Compares samples of bars up to random bars with those of all bars: features of every row must be
 * the same, and labels exactly where they end within the bars, unknown elsewhere.
 *
 * @param labelsOf - labels of a symbol of its own; those of a pool come from all of its members
 */
export function truncationDifferences(
  input: WindowInput,
  seed: number,
  labelsOf: LabelsOf = (bars) => dailyLabels(bars, input.recipe),
): Differences {
  const first = firstBars(input);
  const { ts, symbol } = first;
  const own = chance(`${seed} cuts ${symbol}`);
  const full = wholeSet(input, labelsOf);
  let [features, labels, rows] = [0, 0, 0];
  for (let cut = 0; cut < cuts; cut++) {
    // Of a pool no row is earlier than the members' own first one.
    const least = 'members' in input ? firstAtOrAfter(first, input.span.fromTs) : 0;
    const end = ts[least + 1 + Math.floor(own.uniform() * (ts.length - least - 1))];
    const known = wholeSet(inputUntil(input, end, labelsOf), labelsOf);
    features += differentFeatures(known, full);
    labels += differentLabels(known, full, end);
    rows += known.ts.length;
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
 *
 * @param residual - recipe of the students, where they stand on the window
 */
export function* futureDifferences(
  booster: Booster,
  input: WindowInput,
  seed: number,
  residual?: Recipe,
): Generator<FitProgress, Differences, void> {
  const said = [
    yield* fittedWords(booster, input, residual),
    yield* fittedWords(booster, withOtherFuture(input, seed), residual),
  ];
  const different = said[0].filter((text, i) => text !== said[1][i]).length;
  return { features: none, labels: none, models: { compared: said[0].length, different } };
}

/** A window's models, and what the teacher says at the decision, as text. */
function* fittedWords(
  booster: Booster,
  input: WindowInput,
  residual?: Recipe,
): Generator<FitProgress, string[], void> {
  const jobs = trainingJobs(booster);
  const { text, training, predictions } = yield* jobs.teacher(input);
  const { ts, outOfFold } = training;
  const first = predictions.probability.filter(
    (_, row) => predictions.ts[row] === predictions.ts[0],
  );
  const words = (student: StudentJobResult): string[] => [
    text,
    String(first),
    student.text,
    JSON.stringify(student.calibration),
  ];
  if (residual === undefined || !('members' in input))
    return words(
      yield* jobs.student({ ...input, soft: { ts, probability: outOfFold }, metadata: {} }),
    );
  const learnt = {
    ...memberRows(training, 0),
    probability: memberColumn(outOfFold, training, 0),
  };
  const { decisionEndTs } = input.span;
  const [member] = input.members;
  return words(
    yield* jobs.residual({
      member,
      recipe: residual,
      learnt,
      base: text,
      decisionEndTs,
      metadata: {},
    }),
  );
}

/** Every row of a window's bars that can be one. */
function wholeSet(input: WindowInput, labelsOf: LabelsOf): SampleSet {
  const { recipe } = input;
  if ('members' in input) {
    const members = input.members.map(({ columns: _, ...member }) => member);
    const section = crossSection(members, recipe.horizon);
    return pooledSampleSet(members, section, Int32Array.from(section.ts.keys()), recipe);
  }
  // Features that are known already would be compared with themselves.
  const { columns: _, bars, ...facts } = input;
  const rows = Int32Array.from(bars.ts.keys());
  return sampleSet(bars, rows, recipe, { ...facts, labels: labelsOf(bars) });
}

/** A window as it was when only the bars before `endTs` were known. */
export function inputUntil(
  input: WindowInput,
  endTs: number,
  labelsOf: LabelsOf = (bars) => dailyLabels(bars, input.recipe),
): WindowInput {
  if (!('members' in input)) {
    const known = until(input, endTs);
    return { ...input, ...known, labels: labelsOf(known.bars) };
  }
  const members = input.members.map((member) => ({ ...member, ...until(member, endTs) }));
  return { ...input, members };
}

function until({ bars, context }: FeatureInput, endTs: number): FeatureInput {
  const end = firstAtOrAfter(bars, endTs);
  if (context === undefined) return { bars: sliceBars(bars, 0, end) };
  const columns = Object.entries(context) as [keyof MarketContext, Float64Array][];
  const known = columns.map(([name, column]) => [name, column.subarray(0, end)]);
  return { bars: sliceBars(bars, 0, end), context: Object.fromEntries(known) as MarketContext };
}

function firstBars(input: WindowInput): Bars {
  return 'members' in input ? input.members[0].bars : input.bars;
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

/** A window whose bars are others from the day after its decision on. */
function withOtherFuture(input: WindowInput, seed: number): WindowInput {
  // The first row that is predicted is the decision's own; by that, not by where training ends.
  const other = (bars: Bars): Bars =>
    otherFrom(bars, firstAtOrAfter(bars, input.span.evaluateFromTs) + 1, seed);
  if (!('members' in input)) return { ...input, bars: other(input.bars) };
  return {
    ...input,
    members: input.members.map((member) => ({ ...member, bars: other(member.bars) })),
  };
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
