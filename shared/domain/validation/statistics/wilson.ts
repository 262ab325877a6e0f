/** A share and the interval that chance leaves open. */
export interface ShareInterval {
  readonly share: number;
  readonly low: number;
  readonly high: number;
  readonly hits: number;
  readonly trials: number;
}

/** Standard normal quantile of 0.975. */
const z = 1.959963984540054;

/**
 * A share of independent trials with Wilson's 95 % score interval.
 *
 * @param hits - whole number, at most `trials`
 * @param trials - whole number; NaN comes back where there are none
 * @see Wilson, JASA 22 (1927); statsmodels `proportion_confint(method='wilson')`
 */
export function wilsonInterval(hits: number, trials: number): ShareInterval {
  const share = hits / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2))) / scale;
  return { share, low: centre - half, high: centre + half, hits, trials };
}
