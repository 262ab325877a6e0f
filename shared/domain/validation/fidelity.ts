import { dayOf } from '../market/calendar/exchange-time.ts';
import { rankCorrelation } from './statistics/correlation.ts';

/** How closely a student follows its teacher over the same rows. */
export interface Fidelity {
  readonly rows: number;
  /** Correlation of ranks; NaN where one of them says the same of all rows. */
  readonly spearman: number;
  /** Mean |Δp|. */
  readonly meanDifference: number;
  /** Share of rows on the same side of one half. */
  readonly agreement: number;
  /** Share of the teacher's top tenth of each month that is the student's, too. */
  readonly topDecileOverlap: number;
}

/**
 * Compares a student's probabilities with its teacher's.
 *
 * @param ts - open of each of n rows' bars, epoch milliseconds UTC
 * @param teacher - n probabilities
 * @param student - n probabilities
 * @returns undefined where there are no rows
 * @see quant.md 2.5
 */
export function fidelity(
  ts: Float64Array,
  teacher: Float64Array,
  student: Float64Array,
): Fidelity | undefined {
  const rows = ts.length;
  if (rows === 0) return undefined;
  const share = (count: (row: number) => number): number =>
    Array.from(ts.keys()).reduce((sum, row) => sum + count(row), 0) / rows;
  const months = Map.groupBy(ts.keys(), (row) => dayOf(ts[row]).slice(0, 7));
  let top = 0;
  let shared = 0;
  for (const month of months.values()) {
    const count = Math.ceil(month.length / 10);
    const [a, b] = [teacher, student].map((of) => topRows(of, month, count));
    top += count;
    shared += a.filter((row) => b.includes(row)).length;
  }
  return {
    rows,
    spearman: rankCorrelation(teacher, student),
    meanDifference: share((row) => Math.abs(teacher[row] - student[row])),
    agreement: share((row) => Number(teacher[row] >= 0.5 === student[row] >= 0.5)),
    topDecileOverlap: shared / top,
  };
}

function topRows(of: Float64Array, rows: readonly number[], count: number): readonly number[] {
  return rows.toSorted((a, b) => of[b] - of[a] || a - b).slice(0, count);
}
