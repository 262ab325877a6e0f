import type { Recipe } from '../../contracts/recipe.ts';
import type { FeatureInput } from './features/feature.ts';
import { forwardReturns, labelEnds } from './labels.ts';
import { featureMatrix, type SampleSet, type WindowSpan } from './sample-set.ts';

/** A symbol of a pool: its bars from its own `warmupStart` on. */
export interface PoolMember extends FeatureInput {
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
  /** When the day's last return is known, epoch milliseconds UTC; NaN unknown. */
  readonly labelEnds: Float64Array;
}

/**
 * Labels each row by whether its return exceeds the median of all rows of its time.
 *
 * A label reads the returns of every member with a bar at that time and nothing of another time: it
 * is unknown while one of them is, and ends when the last of them does. So bars cut off at any
 * moment give the same labels, of those that had ended by then.
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
    labelEnds: new Float64Array(n).fill(NaN),
  };
  for (let start = 0, end = 0; start < n; start = end) {
    while (end < n && section.ts[end] === section.ts[start]) end++;
    const day = section.forwardReturns.subarray(start, end);
    if (day.some(Number.isNaN)) continue;
    const middle = median(day);
    let last = -Infinity;
    for (const { member, bar } of places.slice(start, end))
      last = Math.max(last, ends[member][bar]);
    for (let row = start; row < end; row++)
      section.labels[row] = Number(section.forwardReturns[row] > middle);
    section.labelEnds.fill(last, start, end);
  }
  return section;
}

/**
 * The rows a pooled teacher may learn from: ready, with a label that had ended by the close of the
 * decision day.
 *
 * @returns indices into the rows of the section, ascending
 */
export function pooledTrainingRows(
  { bar, labelEnds: ends }: CrossSection,
  span: WindowSpan,
  readyBars: number,
): Int32Array {
  return rowsWhere(bar, (row) => bar[row] >= readyBars - 1 && ends[row] < span.decisionEndTs);
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
