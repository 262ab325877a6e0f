import { aucDifference, clusteredAuc, type ClusteredAuc } from '../statistics/clustered-auc.ts';
import type { DrawOpinions } from './draws.ts';
import type { Model, Opinions } from './opinions.ts';

/** One number of a control, where chance may have moved it, and what was asked of it. */
export interface Statistic {
  readonly name: string;
  readonly value: number;
  /** Interval of 99.9 %; equal to the value where it is counted and not estimated. */
  readonly low: number;
  readonly high: number;
  /** In words, e.g. `holds 0.5`. */
  readonly expected: string;
  readonly passed: boolean;
}

/** Deviations on either side that hold 99.9 %: an audit has a dozen intervals. */
const sides = 3.29;

/** An AUC that should be that of chance. */
export function atChance(name: string, auc: ClusteredAuc): Statistic {
  const interval = intervalOf(auc.auc, auc.standardError);
  const passed = interval.low <= 0.5 && interval.high >= 0.5;
  return { name, value: auc.auc, ...interval, expected: 'holds 0.5', passed };
}

/** An AUC that should be seen to be above chance. */
export function aboveChance(name: string, auc: ClusteredAuc): Statistic {
  const interval = intervalOf(auc.auc, auc.standardError);
  const expected = 'lies above 0.5';
  return { name, value: auc.auc, ...interval, expected, passed: interval.low > 0.5 };
}

/** A model with a fault that should be seen to score above the same model without it. */
export function aboveSound(name: string, sound: ClusteredAuc, faulty: ClusteredAuc): Statistic {
  const { difference, standardError } = aucDifference(sound, faulty);
  const interval = intervalOf(difference, standardError);
  const expected = 'lies above 0';
  return { name, value: difference, ...interval, expected, passed: interval.low > 0 };
}

/** A count or a share that is within bounds or not. */
export function counted(
  name: string,
  value: number,
  { expected, passed }: Pick<Statistic, 'expected' | 'passed'>,
): Statistic {
  return { name, value, low: value, high: value, expected, passed };
}

/**
 * The AUC of one model over the rows of all draws, each draw a cluster: its symbols share a market
 * and its rows overlap, but draws know nothing of each other.
 *
 * @param isCounted - which rows count; all by default
 * @see docs/decisions/0007-auc-of-short-windows.md
 */
export function pooledAuc(
  draws: readonly DrawOpinions[],
  model: Model,
  isCounted: (opinions: Opinions, row: number) => boolean = () => true,
): ClusteredAuc {
  const [cluster, labels, probabilities]: number[][] = [[], [], []];
  const judged = draws.flatMap(({ seed, opinions }) =>
    opinions.filter((rows) => rows.model === model).map((rows) => ({ seed, rows })),
  );
  for (const { seed, rows } of judged)
    for (const [row, label] of rows.labels.entries()) {
      if (!isCounted(rows, row)) continue;
      cluster.push(seed);
      labels.push(label);
      probabilities.push(rows.probabilities[row]);
    }
  return clusteredAuc({
    cluster: Int32Array.from(cluster),
    labels: Int8Array.from(labels),
    probabilities: Float64Array.from(probabilities),
  });
}

/** Rows whose label overlaps with labels that end where their block begins. */
export function atBlockStart(horizon: number) {
  return ({ blockStarts }: Opinions, row: number): boolean =>
    blockStarts.some((start) => row >= start && row < start + horizon);
}

function intervalOf(value: number, error: number): Pick<Statistic, 'low' | 'high'> {
  return { low: value - sides * error, high: value + sides * error };
}
