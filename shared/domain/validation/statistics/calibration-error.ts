import type { ScoredRows } from './area-under-curve.ts';
import { weighted, type Statistic } from './stationary-bootstrap.ts';

/** One bar of a reliability diagram: rows whose probability lies in `[from, to)`. */
export interface ReliabilityBin {
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  /** Mean probability, and the share of labels that are 1. */
  readonly said: number;
  readonly happened: number;
}

const bins = 10;

/**
 * Rows by what was said of them, in ten bins of equal width; the last one holds 1. Empty bins are
 * left out.
 */
export function reliability({ label, score }: Omit<ScoredRows, 'session'>): ReliabilityBin[] {
  const rows = Map.groupBy(score.keys(), (row) => binOf(score[row]));
  return [...rows]
    .toSorted(([a], [b]) => a - b)
    .map(([bin, members]) => ({
      from: bin / bins,
      to: (bin + 1) / bins,
      rows: members.length,
      said: members.reduce((sum, row) => sum + score[row], 0) / members.length,
      happened: members.reduce((sum, row) => sum + label[row], 0) / members.length,
    }));
}

/**
 * The expected calibration error: Σ over bins of (rows / n) · |share of gains − mean probability|.
 * Chance alone makes it positive, the more so in a resample: its interval leans upwards.
 *
 * @param sessions - how many there are
 * @see Naeini, Cooper and Hauskrecht, AAAI 29 (2015): ten bins of equal width
 */
export function calibrationError(
  { session, label, score }: ScoredRows,
  sessions: number,
): Statistic {
  const gaps = Array.from({ length: bins }, () => new Float64Array(sessions));
  const rows = new Float64Array(sessions);
  for (let row = 0; row < score.length; row++) {
    gaps[binOf(score[row])][session[row]] += label[row] - score[row];
    rows[session[row]]++;
  }
  return (weights) =>
    gaps.reduce((sum, gap) => sum + Math.abs(weighted(gap, weights)), 0) / weighted(rows, weights);
}

function binOf(probability: number): number {
  return Math.min(bins - 1, Math.floor(probability * bins));
}
