import type { Panel } from './panel.ts';
import { smirnovDistance } from './statistics/kolmogorov-smirnov.ts';
import { populationStability } from './statistics/population-stability.ts';
import { quantile } from './statistics/quantile.ts';

/** How unlike all earlier scores the newest are, beside how unlike they usually are. */
export interface ScoreDrift {
  readonly stability: DriftValue;
  readonly smirnov: DriftValue;
  /** Earlier stretches of 21 sessions that `usual` is taken of. */
  readonly stretches: number;
}

/** One measure of drift. */
export interface DriftValue {
  readonly newest: number;
  /** The 99th percentile of the same measure over earlier stretches: the alarm. */
  readonly usual: number;
}

/** Sessions that are compared with all before them: a month. */
const stretch = 21;

/** Earlier stretches without which nothing is usual. */
const leastStretches = 8;

/**
 * Compares the scores of the last 21 sessions with all earlier ones, and tells how far the same
 * comparison went at every earlier stretch. A fixed alarm would ring always: of real features most
 * exceed a PSI of 0.25 month by month.
 *
 * @param scores - a score for each row of the panel
 * @returns undefined where there are fewer than ten stretches
 * @see quant.md 1.3, 2.9
 */
export function scoreDrift(panel: Panel, scores: Float64Array): ScoreDrift | undefined {
  const stretches = Math.floor(panel.days.length / stretch);
  if (stretches < leastStretches + 2) return undefined;
  // Whole stretches back from the newest session; what is over at the start is history.
  const first = panel.days.length - stretches * stretch;
  const of = (from: number, to: number): Float64Array =>
    scores.filter((_, row) => panel.session[row] >= from && panel.session[row] < to);
  const measured = Array.from({ length: stretches - 1 }, (_, k) => {
    const start = first + (k + 1) * stretch;
    const [before, now] = [of(0, start), of(start, start + stretch)];
    return [populationStability(before, now), smirnovDistance(before, now)] as const;
  });
  const value = (at: 0 | 1): DriftValue => {
    const all = measured.map((pair) => pair[at]);
    const earlier = Float64Array.from(all.slice(0, -1)).sort();
    return { newest: all[all.length - 1], usual: quantile(earlier, 0.99) };
  };
  return { stability: value(0), smirnov: value(1), stretches: stretches - 2 };
}
