/** LightGBM's own bound on probabilities, so that one certain mistake is not an infinite loss. */
const smallest = 1e-15;

/**
 * Mean negative log likelihood of the labels, over rows with a known label and a prediction.
 *
 * @param labels - n labels: 1, 0, or −1 where unknown
 * @param probabilities - n probabilities of label 1; NaN where there is no prediction
 * @returns nats a sample, probabilities bounded to [1e-15, 1 − 1e-15]; NaN where no row counts
 */
export function logLoss(labels: Int8Array, probabilities: Float64Array): number {
  const rows = countedRows(labels, probabilities);
  return rows.reduce((sum, row) => sum + rowLoss(labels[row], probabilities[row]), 0) / rows.length;
}

/**
 * Negative log likelihood of one label, in nats.
 *
 * @param label - 1 or 0
 * @param probability - of label 1, bounded to [1e-15, 1 − 1e-15]
 */
export function rowLoss(label: number, probability: number): number {
  return -Math.log(Math.max(label === 1 ? probability : 1 - probability, smallest));
}

/**
 * The chance that a row of label 1 has a higher probability than a row of label 0, ties by half.
 *
 * @param labels - n labels: 1, 0, or −1 where unknown
 * @param probabilities - n probabilities of label 1; NaN where there is no prediction
 * @returns a fraction; NaN where the rows that count are all of one class
 * @see Hanley and McNeil, Radiology 143 (1982): the Wilcoxon statistic by mid-ranks
 */
export function areaUnderCurve(labels: Int8Array, probabilities: Float64Array): number {
  const rows = countedRows(labels, probabilities);
  const ranks = midRanks(Float64Array.from(rows, (row) => probabilities[row]));
  const positives = rows.reduce((sum, row) => sum + labels[row], 0);
  const negatives = rows.length - positives;
  const rankSum = rows.reduce((sum, row, i) => sum + labels[row] * ranks[i], 0);
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * The share of known labels that are 1.
 *
 * @param labels - n labels: 1, 0, or −1 where unknown
 * @returns a fraction; NaN where no label is known
 */
export function baseRate(labels: Int8Array): number {
  const known = labels.filter((label) => label >= 0);
  return known.reduce((sum, label) => sum + label, 0) / known.length;
}

/**
 * Ranks from 1; equal values share the mean of theirs.
 *
 * @param values - n values, none NaN
 */
export function midRanks(values: Float64Array): Float64Array {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start;
    while (end < order.length && values[order[end]] === values[order[start]]) end++;
    for (let i = start; i < end; i++) ranks[order[i]] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

function countedRows(labels: Int8Array, probabilities: Float64Array): number[] {
  return Array.from(labels.keys()).filter(
    (row) => labels[row] >= 0 && !Number.isNaN(probabilities[row]),
  );
}
