/** The mean of a series that depends on its own past. */
export interface SeriesMean {
  readonly mean: number;
  /** Of the mean, allowing for autocorrelation. */
  readonly standardError: number;
  /** Mean over its standard error. */
  readonly t: number;
  /** Mean over the standard deviation (n − 1) of the values: of rank ICs the ICIR, by session. */
  readonly ratio: number;
  /** Values that count. */
  readonly count: number;
}

/**
 * The mean of a series with Newey and West's standard error:
 * S = (1/n²) · [Σ e² + 2 Σ_{l=1..L} (1 − l/(L+1)) Σ e_t e_{t−l}].
 *
 * @param series - values in time; NaN where there is none, which closes up the gap
 * @param lags - L, a whole number of at least 0; 2H where labels look H sessions ahead
 * @returns NaN throughout where fewer than two values count
 * @see Newey and West, Econometrica 55 (1987); statsmodels OLS on a constant, `cov_type='HAC'`
 *   without the small-sample correction
 */
export function neweyWestMean(series: Float64Array, lags: number): SeriesMean {
  const values = series.filter((value) => !Number.isNaN(value));
  const n = values.length;
  if (n < 2) return { mean: NaN, standardError: NaN, t: NaN, ratio: NaN, count: n };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const errors = values.map((value) => value - mean);
  const own = products(errors, 0);
  let sum = own;
  for (let lag = 1; lag <= Math.min(lags, n - 1); lag++)
    sum += 2 * (1 - lag / (lags + 1)) * products(errors, lag);
  const standardError = Math.sqrt(sum) / n;
  return {
    mean,
    standardError,
    t: mean / standardError,
    ratio: mean / Math.sqrt(own / (n - 1)),
    count: n,
  };
}

function products(errors: Float64Array, lag: number): number {
  let sum = 0;
  for (let i = lag; i < errors.length; i++) sum += errors[i] * errors[i - lag];
  return sum;
}
