import type { Recipe } from '../../contracts/recipe.ts';
import type { FeatureInput } from './features/feature.ts';
import { forwardReturns, labelEnds } from './labels.ts';
import { featureMatrix, type BarFacts, type SampleSet, type WindowSpan } from './sample-set.ts';

/** A symbol of a pool: its bars from its own `warmupStart` on. */
export interface PoolMember extends FeatureInput, Pick<BarFacts, 'columns'> {
  /** Start of its rows, epoch milliseconds UTC: of the window, or its listing. */
  readonly fromTs: number;
}

/** Every bar of every member in a window, n rows in time and then by member, with its label. */
export interface CrossSection {
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** Indices into the members, and into their bars. */
  readonly member: Int32Array;
  readonly bar: Int32Array;
  /** 1 above the day's median, 0 at it or below, −1 unknown. */
  readonly labels: Int8Array;
  /** Fractions before costs; NaN unknown. */
  readonly forwardReturns: Float64Array;
  /** When each label is known, epoch milliseconds UTC; NaN unknown. */
  readonly labelEnds: Float64Array;
  /** When the median of each row's time is known, epoch milliseconds UTC; NaN unknown. */
  readonly medianEnds: Float64Array;
}

/**
 * Labels each row by whether its return exceeds the median of its time.
 *
 * The median of a time is known once more than half of the members with a bar at that time know
 * their return: at the nominal end of the label, but for markets that stand still. It is the median
 * of those who know theirs by then. Whoever does not (suspended, off the market for good, behind a
 * gap that nobody explained) costs the others nothing: its own label is known when its own return
 * is. So bars cut off at any moment give the same labels, of those that had ended by then.
 *
 * @param members - in the order of their names; daily bars
 * @param horizon - bars from the buying open to the selling one, at least 1
 */
export function crossSection(members: readonly PoolMember[], horizon: number): CrossSection {
  const returns = members.map(({ bars }) => forwardReturns(bars, horizon));
  const ends = members.map(({ bars }) => labelEnds(bars, horizon));
  const places = members.flatMap(({ bars, fromTs }, member) =>
    Array.from(bars.ts.keys())
      .filter((bar) => bars.ts[bar] >= fromTs)
      .map((bar) => ({ ts: bars.ts[bar], member, bar })),
  );
  places.sort((a, b) => a.ts - b.ts || a.member - b.member);
  const n = places.length;
  const section = {
    ts: Float64Array.from(places, ({ ts }) => ts),
    member: Int32Array.from(places, ({ member }) => member),
    bar: Int32Array.from(places, ({ bar }) => bar),
    labels: new Int8Array(n).fill(-1),
    forwardReturns: Float64Array.from(places, ({ member, bar }) => returns[member][bar]),
    labelEnds: Float64Array.from(places, ({ member, bar }) => ends[member][bar]),
    medianEnds: new Float64Array(n),
  };
  for (let start = 0, end = 0; start < n; start = end) {
    while (end < n && section.ts[end] === section.ts[start]) end++;
    labelTime(section, start, end);
  }
  return section;
}

/** Labels the rows `[start, end)` of one time, whose ends are those of their own returns. */
function labelTime(section: CrossSection, start: number, end: number): void {
  const own = section.labelEnds.slice(start, end);
  const known = majorityEnd(own);
  section.medianEnds.fill(known, start, end);
  const day = section.forwardReturns.subarray(start, end);
  const middle = median(day.filter((_, row) => own[row] <= known));
  for (let row = start; row < end; row++) {
    // The later of the two; NaN where either is unknown.
    section.labelEnds[row] = Math.max(own[row - start], known);
    if (!Number.isNaN(section.labelEnds[row]))
      section.labels[row] = Number(section.forwardReturns[row] > middle);
  }
}

/** When more than half of some returns are known; NaN where they are not. */
function majorityEnd(ends: Float64Array): number {
  const known = ends.filter((end) => !Number.isNaN(end)).sort();
  return known[ends.length >> 1] ?? NaN;
}

/**
 * The rows a pooled teacher may learn from: ready, with a label that had ended by the close of the
 * decision day, and by when the others' had. A return over a suspension spans more sessions than
 * theirs: it is judged and teaches nothing.
 *
 * @returns indices into the rows of the section, ascending
 */
export function pooledTrainingRows(
  { bar, labelEnds: ends, medianEnds }: CrossSection,
  span: WindowSpan,
  readyBars: number,
): Int32Array {
  return rowsWhere(
    bar,
    (row) =>
      bar[row] >= readyBars - 1 && ends[row] < span.decisionEndTs && ends[row] === medianEnds[row],
  );
}

/** The rows a pooled teacher is judged on, their labels ended or not. */
export function pooledEvaluationRows({ ts }: CrossSection, span: WindowSpan): Int32Array {
  return rowsWhere(ts, (row) => ts[row] >= span.evaluateFromTs && ts[row] < span.evaluateToTs);
}

/**
 * Computes features of the given rows of a pool.
 *
 * @param section - of these very members
 * @param rows - n indices into the section's rows, ascending
 */
export function pooledSampleSet(
  members: readonly PoolMember[],
  section: CrossSection,
  rows: Int32Array,
  recipe: Recipe,
): SampleSet {
  const at = members.map((): number[] => []);
  rows.forEach((row, i) => at[section.member[row]].push(i));
  const own = members.map((input, member) => ({
    ...input,
    rows: Int32Array.from(at[member], (i) => section.bar[rows[i]]),
    at: Int32Array.from(at[member]),
  }));
  return {
    matrix: featureMatrix(own, recipe),
    ts: Float64Array.from(rows, (row) => section.ts[row]),
    labels: Int8Array.from(rows, (row) => section.labels[row]),
    forwardReturns: Float64Array.from(rows, (row) => section.forwardReturns[row]),
    labelEnds: Float64Array.from(rows, (row) => section.labelEnds[row]),
    symbols: {
      names: members.map(({ bars }) => bars.symbol),
      of: rows.map((row) => section.member[row]),
    },
  };
}

function rowsWhere(column: ArrayLike<number>, isChosen: (row: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < column.length; row++) if (isChosen(row)) rows.push(row);
  return Int32Array.from(rows);
}

function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
