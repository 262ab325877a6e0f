import { meanOne } from './mean-one.ts';

/**
 * Weighs each label by how little of its life it shares with others: over the bars it is held, the
 * mean of one over the labels alive.
 *
 * A bar is held from the one after the label's own, whose open is bought, up to the last that begins
 * before the label ends. With a horizon that is always the same all weights are, but for the edges:
 * this is for barriers.
 *
 * @param ts - stamps of n bars of one symbol, ascending: the bars, not only the rows that train
 * @param ends - when the label of each bar ends, after the next bar opens; NaN where it is unknown or
 *   does not train
 * @returns n weights of mean 1 over the labels that are known; 0 where unknown
 * @see López de Prado, Advances in Financial Machine Learning (2018), § 4.3, 4.4
 */
export function uniquenessWeights(ts: Float64Array, ends: Float64Array): Float64Array {
  const n = ts.length;
  const heldTo = heldUntil(ts, ends);
  const change = new Int32Array(n + 1);
  heldTo.forEach((end, t) => {
    if (end === 0) return;
    change[t + 1]++;
    change[end]--;
  });
  // The share of one label in each bar, summed up to it.
  const shares = new Float64Array(n + 1);
  for (let i = 0, alive = 0; i < n; i++) {
    alive += change[i];
    shares[i + 1] = shares[i] + (alive === 0 ? 0 : 1 / alive);
  }
  return meanOne(
    Float64Array.from(heldTo, (end, t) =>
      end === 0 ? 0 : (shares[end] - shares[t + 1]) / (end - t - 1),
    ),
  );
}

/** The first bar each label is not held at any more; 0 where it is unknown. */
function heldUntil(ts: Float64Array, ends: Float64Array): Int32Array {
  return Int32Array.from(ends, (end, t) => {
    if (Number.isNaN(end)) return 0;
    let held = t + 2;
    while (held < ts.length && ts[held] < end) held++;
    return held;
  });
}
