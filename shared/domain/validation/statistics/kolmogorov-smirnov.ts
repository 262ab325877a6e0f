/**
 * The largest distance between the distribution functions of two samples.
 *
 * @param a - values, any order
 * @param b - values, any order
 * @returns a fraction; NaN where a sample is empty. No p-value: rows of one session are no
 *   independent draws
 * @see Smirnov, Annals of Mathematical Statistics 19 (1948); scipy `ks_2samp`
 */
export function smirnovDistance(a: Float64Array, b: Float64Array): number {
  const [left, right] = [a.toSorted(), b.toSorted()];
  if (left.length === 0 || right.length === 0) return NaN;
  let largest = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const value = Math.min(left[i], right[j]);
    while (i < left.length && left[i] === value) i++;
    while (j < right.length && right[j] === value) j++;
    largest = Math.max(largest, Math.abs(i / left.length - j / right.length));
  }
  return largest;
}
