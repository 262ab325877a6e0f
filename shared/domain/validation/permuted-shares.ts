import type { PermutedLoss } from '../training/permutation.ts';
import { quantile } from './statistics/quantile.ts';

/** What models lose without what a family tells them. */
export interface FamilyLoss {
  readonly family: string;
  /** Mean over models of what the log loss of test blocks rises by, nats a row. */
  readonly increase: number;
  /** Between which four of five models lie. */
  readonly low: number;
  readonly high: number;
  /** Share of models that lose anything. */
  readonly harmed: number;
}

/** Importance by permutation over many models, largest first. */
export interface PermutedShares {
  readonly models: number;
  /** Rows of test blocks, of all models. */
  readonly rows: number;
  /** Mean over models, as they are, uncalibrated, in nats a row. */
  readonly logLoss: number;
  readonly families: readonly FamilyLoss[];
}

/**
 * Averages what families are worth over models, each of which counts alike. No interval: windows
 * overlap, and symbols share a market.
 *
 * @param families - in the order of each loss's increases
 */
export function permutedShares(
  families: readonly string[],
  losses: readonly PermutedLoss[],
): PermutedShares {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const found = families.map((family, k): FamilyLoss => {
    const increases = losses.map((loss) => loss.increases[k]);
    const sorted = Float64Array.from(increases).sort();
    return {
      family,
      increase: mean(increases),
      low: quantile(sorted, 0.1),
      high: quantile(sorted, 0.9),
      harmed: increases.filter((increase) => increase > 0).length / increases.length,
    };
  });
  return {
    models: losses.length,
    rows: losses.reduce((sum, { rows }) => sum + rows, 0),
    logLoss: mean(losses.map(({ logLoss }) => logLoss)),
    families: found.toSorted((a, b) => b.increase - a.increase),
  };
}
