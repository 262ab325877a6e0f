import { quantile } from './quantile.ts';

const bins = 10;

/**
 * The population stability index of one sample against another: Σ (a − e) · ln(a / e) over ten bins
 * of equal share of the reference, where a and e are the shares of the two samples in a bin. Half a
 * value is added to every bin, so that an empty one is not infinitely strange.
 *
 * @param reference - values, any order
 * @param sample - values, any order
 * @returns nats, 0 where the shares are equal; NaN where a sample is empty
 * @see Siddiqi, Credit Risk Scorecards (2006): the rule of thumb 0.25 is no test, see quant.md 2.9
 */
export function populationStability(reference: Float64Array, sample: Float64Array): number {
  if (reference.length === 0 || sample.length === 0) return NaN;
  const sorted = reference.toSorted();
  const edges = Array.from({ length: bins - 1 }, (_, k) => quantile(sorted, (k + 1) / bins));
  const [expected, actual] = [reference, sample].map((values) => shares(values, edges));
  return actual.reduce((sum, a, bin) => sum + (a - expected[bin]) * Math.log(a / expected[bin]), 0);
}

/** Shares of values in the bins `(edge before, edge]`. */
function shares(values: Float64Array, edges: readonly number[]): number[] {
  const counts = Array.from({ length: bins }, () => 0.5);
  for (const value of values) {
    const bin = edges.findIndex((edge) => value <= edge);
    counts[bin < 0 ? bins - 1 : bin]++;
  }
  return counts.map((count) => count / (values.length + bins / 2));
}
