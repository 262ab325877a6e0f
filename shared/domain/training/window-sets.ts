import { DataError, InputError, InvariantError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import type { Bars } from '../market/bars/bars.ts';
import type { Matrix } from '../samples/matrix.ts';
import {
  crossSection,
  pooledEvaluationRows,
  pooledSampleSet,
  pooledTrainingRows,
  type PoolMember,
} from '../samples/pooled-set.ts';
import {
  evaluationRows,
  featureMatrix,
  sampleSet,
  trainingRows,
  type BarFacts,
  type SampleSet,
  type SymbolColumn,
  type WindowSpan,
} from '../samples/sample-set.ts';
import { dailyLabels } from '../samples/symbol-labels.ts';

/** A window of one symbol: all that its fits and predictions may read. */
export interface SymbolInput extends BarFacts {
  /** Bars from the window's `warmupStart` on. */
  readonly bars: Bars;
  readonly span: WindowSpan;
  readonly recipe: Recipe;
}

/** A window of a universe: all that its fits and predictions may read. */
export interface PooledInput {
  /** In the order of their names. */
  readonly members: readonly PoolMember[];
  readonly span: WindowSpan;
  readonly recipe: Recipe;
}

/** One window. */
export type WindowInput = SymbolInput | PooledInput;

/** What a model says of the n rows of an evaluation span. */
export interface PredictionRows {
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** 1 or 0 as the recipe labels, −1 unknown as yet. */
  readonly label: Int8Array;
  /** Fractions before costs; NaN unknown as yet. */
  readonly forwardReturn: Float64Array;
  /** Of label 1. */
  readonly probability: Float64Array;
  /** Whose row each is; absent where all are of one symbol. */
  readonly symbols?: SymbolColumn;
}

/** A row's bar: `bars` of its symbol, and its index among them. */
export interface RowBar {
  readonly bars: Bars;
  readonly bar: number;
}

/** What becomes of samples once they are made: leak controls plant their faults here. */
export type Planted = (samples: SampleSet, barOf: (row: number) => RowBar) => SampleSet;

/** Samples as they are. */
export const asMade: Planted = (samples) => samples;

/** The rows of a window that its models are judged on. */
export function evaluationSet(input: WindowInput): SampleSet {
  return windowSets(input).evaluation;
}

/** The rows of an evaluation span with what a model says of them. */
export function judged(
  { ts, labels, forwardReturns, symbols }: SampleSet,
  probability: Float64Array,
): PredictionRows {
  return {
    ts,
    label: labels,
    forwardReturn: forwardReturns,
    probability,
    ...(symbols && { symbols }),
  };
}

/**
 * Features of a pool's member at given moments.
 *
 * @param ts - opens of n of its bars, epoch milliseconds UTC
 * @throws DataError if it has no bar at one of them
 */
export function memberMatrix(member: PoolMember, ts: Float64Array, recipe: Recipe): Matrix {
  return featureMatrix([{ ...member, rows: memberRows(member, ts) }], recipe);
}

/** A pool's rows of one member: when they are and what came of them. */
export interface MemberRows {
  readonly ts: Float64Array;
  readonly label: Int8Array;
  readonly forwardReturn: Float64Array;
  readonly labelEnd: Float64Array;
}

/**
 * Samples of one member at rows of its pool, labelled as the pool labels them.
 *
 * @throws DataError if it has no bar at one of them
 */
export function memberSet(
  member: PoolMember,
  { ts, label, forwardReturn, labelEnd }: MemberRows,
  recipe: Recipe,
  planted: Planted = asMade,
): SampleSet {
  const { bars } = member;
  const rows = memberRows(member, ts);
  const samples = {
    matrix: memberMatrix(member, ts, recipe),
    ts,
    labels: label,
    forwardReturns: forwardReturn,
    labelEnds: labelEnd,
  };
  return planted(samples, (row) => ({ bars, bar: rows[row] }));
}

function memberRows({ bars }: PoolMember, ts: Float64Array): Int32Array {
  const barAt = new Map(Array.from(bars.ts, (stamp, bar) => [stamp, bar]));
  const rows = Int32Array.from(ts, (stamp) => barAt.get(stamp) ?? -1);
  if (rows.includes(-1))
    throw new DataError(`the pooled teacher knows rows of "${bars.symbol}" that have no bar now`);
  return rows;
}

/**
 * The rows a window learns from and those it is judged on; features are computed when asked.
 *
 * @param planted - what becomes of samples once they are made
 * @throws InputError if no label ends within the window
 * @throws InvariantError if a row that trains was not known at the decision point
 */
export function windowSets(
  input: WindowInput,
  planted: Planted = asMade,
): {
  readonly training: SampleSet;
  readonly evaluation: SampleSet;
} {
  const { span, recipe } = input;
  if ('members' in input) {
    const { members } = input;
    const section = crossSection(members, recipe.horizon);
    const set = (rows: Int32Array): SampleSet =>
      planted(pooledSampleSet(members, section, rows, recipe), (row) => ({
        bars: members[section.member[rows[row]]].bars,
        bar: section.bar[rows[row]],
      }));
    return {
      get training() {
        return known(pooledTrainingRows(section, span, recipe.readyBars), set, input);
      },
      get evaluation() {
        return set(pooledEvaluationRows(section, span));
      },
    };
  }
  const { bars } = input;
  const labels = input.labels ?? dailyLabels(bars, recipe);
  const set = (rows: Int32Array): SampleSet =>
    planted(sampleSet(bars, rows, recipe, { ...input, labels }), (row) => ({
      bars,
      bar: rows[row],
    }));
  return {
    get training() {
      const labelled = { ts: bars.ts, labelEnds: labels.ends };
      return known(trainingRows(labelled, span, recipe.readyBars), set, input);
    },
    get evaluation() {
      return set(evaluationRows(bars.ts, span));
    },
  };
}

function known(
  rows: Int32Array,
  set: (rows: Int32Array) => SampleSet,
  { span: { decisionEndTs }, recipe: { horizon } }: WindowInput,
): SampleSet {
  if (rows.length === 0)
    throw new InputError(
      `no label of horizon "${horizon}" ends within the window; widen it or shorten the horizon`,
      { horizon },
    );
  return checkedKnown(set(rows), decisionEndTs);
}

/**
 * The last look before a fit: whatever chose the rows, none may be of later than the decision.
 *
 * @throws InvariantError if one is
 */
export function checkedKnown(samples: SampleSet, decisionEndTs: number): SampleSet {
  for (const [what, stamps] of [
    ['features', samples.ts],
    ['a label', samples.labelEnds],
  ] as const) {
    const late = stamps.find((stamp) => !(stamp < decisionEndTs));
    if (late !== undefined)
      throw new InvariantError(
        `a row that trains has ${what} of "${isoOf(late)}", but the decision is made before ` +
          `"${isoOf(decisionEndTs)}"`,
      );
  }
  return samples;
}

function isoOf(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : String(ms);
}
