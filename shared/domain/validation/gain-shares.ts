/** A feature's mean share of what models' splits took off their training loss, a fraction. */
export interface FeatureShare {
  readonly feature: string;
  readonly family: string;
  readonly share: number;
}

/** The same of all features of a family together. */
export interface FamilyShare {
  readonly family: string;
  readonly share: number;
}

/** Importance by gain over many models, largest first. */
export interface GainShares {
  /** Models that count. */
  readonly models: number;
  /** Models without a single split, which have no shares. */
  readonly unsplit: number;
  readonly families: readonly FamilyShare[];
  readonly features: readonly FeatureShare[];
}

/**
 * Averages importance by gain over models: each model's gains as shares of their sum, so that a long
 * window counts no more than a short one, and the mean of these shares.
 *
 * @param models - gains by feature, of each model
 * @param familyOf - the family of every feature
 */
export function gainShares(
  models: readonly Readonly<Record<string, number>>[],
  familyOf: ReadonlyMap<string, string>,
): GainShares {
  const totals = models.map((gains) => Object.values(gains).reduce((sum, gain) => sum + gain, 0));
  const split = models.filter((_, index) => totals[index] > 0);
  const features = [...familyOf]
    .map(([feature, family]) => {
      const shares = models.map((gains, index) =>
        totals[index] > 0 ? (gains[feature] ?? 0) / totals[index] : 0,
      );
      const share = shares.reduce((sum, one) => sum + one, 0) / split.length;
      return { feature, family, share };
    })
    .toSorted((a, b) => b.share - a.share);
  const families = [...Map.groupBy(features, ({ family }) => family)]
    .map(([family, of]) => ({ family, share: of.reduce((sum, { share }) => sum + share, 0) }))
    .toSorted((a, b) => b.share - a.share);
  return { models: split.length, unsplit: models.length - split.length, families, features };
}
