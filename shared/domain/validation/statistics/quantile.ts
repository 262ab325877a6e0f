/**
 * The value below which a share of a sample lies, between order statistics by proportion.
 *
 * @param sorted - n values, ascending, none NaN
 * @param share - a fraction in [0, 1]
 * @returns NaN where there are no values
 * @see Hyndman and Fan, The American Statistician 50 (1996), definition 7: numpy's default
 */
export function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
