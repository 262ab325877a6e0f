/** Standard normal quantiles of 0.95 and 0.80. */
const [z95, z80] = [1.6448536269514722, 0.8416212335729143];

/**
 * The smallest true mean that a one-sided test at 5 % finds in four of five samples like this one:
 * (z₀.₉₅ + z₀.₈₀) · standard error.
 *
 * @param standardError - of the mean, with autocorrelation allowed for
 * @see Cohen, Statistical Power Analysis (1988), § 2; quant.md 2.10
 */
export function detectableMean(standardError: number): number {
  return (z95 + z80) * standardError;
}
