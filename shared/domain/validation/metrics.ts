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
  const loss = rows.reduce((sum, row) => {
    const p = probabilities[row];
    return sum - Math.log(Math.max(labels[row] === 1 ? p : 1 - p, smallest));
  }, 0);
  return loss / rows.length;
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
  rows.sort((a, b) => probabilities[a] - probabilities[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < rows.length;) {
    let end = start;
    let tied = 0;
    for (; end < rows.length && probabilities[rows[end]] === probabilities[rows[start]]; end++)
      tied += labels[rows[end]];
    // Ranks count from 1: the tied ones are start + 1 to end.
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  const negatives = rows.length - positives;
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

function countedRows(labels: Int8Array, probabilities: Float64Array): number[] {
  return Array.from(labels.keys()).filter(
    (row) => labels[row] >= 0 && !Number.isNaN(probabilities[row]),
  );
}
