import type { Panel } from '../panel.ts';
import { rankCorrelation } from './correlation.ts';

/** Symbols that one moment needs before their order says something. */
const leastSymbols = 5;

/**
 * The rank IC of each session: Spearman's correlation, over the symbols of a moment, of scores with
 * the returns that followed; the mean over the moments of a session.
 *
 * @param scores - a score for each row of the panel; any scale
 * @returns one value a session in [−1, 1]; NaN where no moment has five symbols, or all have one score
 * @see Grinold and Kahn, Active Portfolio Management (2000), ch. 6; quant.md 2.9
 */
export function dailyRankIc(panel: Panel, scores: Float64Array): Float64Array {
  return sessionMeans(panel, (rows) =>
    rankCorrelation(
      Float64Array.from(rows, (row) => scores[row]),
      Float64Array.from(rows, (row) => panel.forwardReturn[row]),
    ),
  );
}

/**
 * The mean over each session's moments of something that symbols have together.
 *
 * @param of - a value of one moment's rows; NaN where it says nothing
 * @returns one value a session; NaN where no moment says anything
 */
export function sessionMeans(panel: Panel, of: (rows: Uint32Array) => number): Float64Array {
  const sums = new Float64Array(panel.days.length);
  const counts = new Float64Array(panel.days.length);
  for (const { session, rows } of panel.moments) {
    if (rows.length < leastSymbols) continue;
    const value = of(rows);
    if (Number.isNaN(value)) continue;
    sums[session] += value;
    counts[session]++;
  }
  return sums.map((sum, session) => sum / counts[session]);
}
