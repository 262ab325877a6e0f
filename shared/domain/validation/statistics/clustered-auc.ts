import { areaUnderCurve, midRanks } from '../metrics.ts';

/** An AUC whose rows come in clusters, and what each cluster moves it by. */
export interface ClusteredAuc {
  /** A fraction; NaN where the rows that count are all of one class. */
  readonly auc: number;
  readonly standardError: number;
  /** Rows with a known label and a prediction. */
  readonly rows: number;
  /** By cluster: the first-order effect of its rows on the AUC; sums to 0. */
  readonly influence: ReadonlyMap<number, number>;
}

/** Rows with the cluster that each belongs to. */
export interface ClusteredRows {
  /** n numbers; rows of one cluster may depend on each other in any way, clusters do not. */
  readonly cluster: Int32Array;
  /** n labels: 1, 0, or −1 where unknown. */
  readonly labels: Int8Array;
  /** n probabilities of label 1; NaN where there is no prediction. */
  readonly probabilities: Float64Array;
}

/**
 * The AUC of rows pooled over independent clusters, with a standard error that leaves the dependence
 * within a cluster as it is: each row's placement among the rows of the other class is summed by
 * cluster.
 *
 * @see Obuchowski, Nonparametric Analysis of Clustered ROC Curve Data, Biometrics 53 (1997)
 */
export function clusteredAuc({ cluster, labels, probabilities }: ClusteredRows): ClusteredAuc {
  const counted = Int32Array.from(labels.keys()).filter(
    (row) => labels[row] >= 0 && !Number.isNaN(probabilities[row]),
  );
  const auc = areaUnderCurve(labels, probabilities);
  const ranks = ranksOf(counted, probabilities);
  const influence = new Map<number, number>();
  for (const label of [1, 0]) {
    const own = counted.filter((row) => labels[row] === label);
    const others = counted.length - own.length;
    const ownRanks = ranksOf(own, probabilities);
    for (const row of own) {
      // The share of the other class that lies below; for a row of label 0, above.
      const below = ((ranks.get(row) ?? 0) - (ownRanks.get(row) ?? 0)) / others;
      const placement = label === 1 ? below : 1 - below;
      const so = influence.get(cluster[row]) ?? 0;
      influence.set(cluster[row], so + (placement - auc) / own.length);
    }
  }
  return {
    auc,
    standardError: clusterError([...influence.values()]),
    rows: counted.length,
    influence,
  };
}

/** How much higher `b` scores than `a`, over the same clusters. */
export function aucDifference(
  a: ClusteredAuc,
  b: ClusteredAuc,
): { readonly difference: number; readonly standardError: number } {
  const clusters = new Set([...a.influence.keys(), ...b.influence.keys()]);
  const effects = [...clusters].map(
    (key) => (b.influence.get(key) ?? 0) - (a.influence.get(key) ?? 0),
  );
  return { difference: b.auc - a.auc, standardError: clusterError(effects) };
}

function clusterError(effects: readonly number[]): number {
  const count = effects.length;
  const squares = effects.reduce((sum, effect) => sum + effect ** 2, 0);
  return Math.sqrt((squares * count) / (count - 1));
}

function ranksOf(rows: Int32Array, values: Float64Array): Map<number, number> {
  const ranks = midRanks(Float64Array.from(rows, (row) => values[row]));
  return new Map(Array.from(rows, (row, i) => [row, ranks[i]]));
}
