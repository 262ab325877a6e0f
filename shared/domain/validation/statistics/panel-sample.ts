import { effectiveSample, meanCorrelation } from '../../samples/weights/effective-sample.ts';
import type { Panel } from '../panel.ts';

/** How many independent answers a panel really holds. */
export interface PanelSample {
  /** (sessions / H) · N / (1 + (N − 1) ρ). */
  readonly size: number;
  /** N: symbols a session, on average. */
  readonly symbols: number;
  /** ρ: mean correlation of the returns of two symbols. */
  readonly correlation: number;
}

/**
 * The effective sample of a panel: labels of H sessions overlap, and symbols move together.
 *
 * @param horizon - H, sessions a label looks ahead, at least 1
 * @returns a size of NaN where no two symbols share a stretch of time
 * @see quant.md 2.4; the design effect of Kish, Survey Sampling (1965), § 5.4
 */
export function panelSample(panel: Panel, horizon: number): PanelSample {
  const symbols = panel.ts.length / panel.moments.length;
  const correlation = meanCorrelation(returnColumns(panel));
  if (Number.isNaN(correlation)) return { size: NaN, symbols, correlation };
  const size = effectiveSample({
    sessions: panel.days.length,
    horizon,
    symbols,
    // Of symbols that move against each other no more is made than of independent ones.
    correlation: Math.max(0, correlation),
  });
  return { size, symbols, correlation };
}

/** A column of returns a symbol, over the moments of the panel. */
function returnColumns({ moments, symbol, forwardReturn }: Panel): Float64Array[] {
  const columns = new Map<string, Float64Array>();
  for (const [moment, { rows }] of moments.entries())
    for (const row of rows) {
      const column = columns.get(symbol[row]) ?? new Float64Array(moments.length).fill(NaN);
      column[moment] = forwardReturn[row];
      columns.set(symbol[row], column);
    }
  return [...columns.values()];
}
