import type { Estimate } from './stationary-bootstrap.ts';

/** Where a figure lies, seen from nothing, as far as its sample can tell. */
export type Side = 'above' | 'below' | 'neither';

/** Normal quantile of 0.975: |t| above it is significant at 5 %, both sides asked. */
const significantT = 1.96;

/** By the interval alone; an unknown one tells nothing. */
export function sideOf({ low, high }: Estimate): Side {
  if (low > 0) return 'above';
  return high < 0 ? 'below' : 'neither';
}

/**
 * Of a mean over sessions: both its interval and Newey and West must say so.
 *
 * @param t - by Newey and West
 * @see docs/decisions/0025-evidence-before-verdict.md
 */
export function meanSide(mean: Estimate, t: number): Side {
  const side = sideOf(mean);
  const isSure = side === 'above' ? t > significantT : t < -significantT;
  return isSure ? side : 'neither';
}
