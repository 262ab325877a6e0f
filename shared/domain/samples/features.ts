import { InputError } from '../../contracts/errors.ts';
import { closedDays, monthShare, weekday } from './features/calendar.ts';
import {
  beta60,
  breadth,
  dispersion,
  momentumRank,
  relativeReturn5,
  reversalRank,
  sectorReturn5,
} from './features/context.ts';
import type { Feature } from './features/feature.ts';
import {
  vwapSinceGap,
  vwapSinceHigh,
  vwapSinceListing,
  vwapSinceLow,
  vwapSinceQuarter,
  vwapSinceYearHigh,
  vwapSinceYearLow,
} from './features/levels/anchored-vwap.ts';
import { listedAge } from './features/levels/listing.ts';
import {
  levelAbove,
  levelAboveScore,
  levelBelow,
  levelBelowScore,
  levelBreakout,
  levelCount,
  levelInRange,
} from './features/levels/price-levels.ts';
import {
  halfHourHighAtr,
  halfHourLowAtr,
  swingHighAtr,
  swingLowAtr,
  weekHighAtr,
  weekLowAtr,
} from './features/levels/swing-levels.ts';
import {
  yearHighAge,
  yearHighAtr,
  yearHighGap,
  yearLowAge,
  yearLowAtr,
  yearLowGap,
} from './features/levels/year-range.ts';
import { rsi14, stochastic14 } from './features/oscillators.ts';
import { return1, return20, return5 } from './features/returns.ts';
import { adx14, direction14, macdHistogram, smaGap50 } from './features/trend.ts';
import { bollinger20, natr14, volatilityRatio } from './features/volatility.ts';
import { volumeBalance20, volumeZ20, vwapGap } from './features/volume.ts';

/** What the first models were trained on. */
const base: readonly Feature[] = [
  return1,
  return5,
  return20,
  smaGap50,
  macdHistogram,
  adx14,
  rsi14,
  bollinger20,
  natr14,
  volumeZ20,
];

/** Two or three of each family that `base` lacks or has one of. */
const wide: readonly Feature[] = [
  ...base,
  stochastic14,
  volumeBalance20,
  relativeReturn5,
  sectorReturn5,
  beta60,
  breadth,
  momentumRank,
  reversalRank,
  monthShare,
  closedDays,
  yearHighGap,
  yearLowGap,
  vwapSinceHigh,
  vwapSinceLow,
  levelAbove,
  levelBelow,
  levelBreakout,
];

/** Everything there was before listings, gaps, confirmed years and half hours. */
const full: readonly Feature[] = [
  ...wide,
  direction14,
  volatilityRatio,
  vwapGap,
  dispersion,
  weekday,
  yearHighAtr,
  yearHighAge,
  yearLowAtr,
  yearLowAge,
  vwapSinceQuarter,
  swingHighAtr,
  swingLowAtr,
  weekHighAtr,
  weekLowAtr,
  levelAboveScore,
  levelBelowScore,
  levelCount,
];

/** Everything there is. */
const fuller: readonly Feature[] = [
  ...full,
  listedAge,
  vwapSinceListing,
  vwapSinceGap,
  vwapSinceYearHigh,
  vwapSinceYearLow,
  levelInRange,
  halfHourHighAtr,
  halfHourLowAtr,
];

/** Features by the name of their set; a set that has trained a model never changes. */
export const featureSets: Readonly<Record<string, readonly Feature[]>> = {
  'base-1': base,
  'wide-1': wide,
  'full-1': full,
  'full-2': fuller,
};

/** What is left out of a set. */
export interface FeatureSetOptions {
  /** Families left out; each must have a feature in the set. Default none. */
  readonly without: readonly string[];
}

/**
 * The features of a set, in the order of a matrix's columns.
 *
 * @throws InputError if there is no such set, a family left out is none of its families (the set
 *   with and without it would be the same) or named twice (so would the models, under two names), or
 *   nothing is left
 */
export function featureSet(
  name: string,
  { without }: FeatureSetOptions = { without: [] },
): readonly Feature[] {
  if (!Object.hasOwn(featureSets, name)) {
    const known = Object.keys(featureSets).join('", "');
    throw new InputError(`no feature set is called "${name}"; known are "${known}"`, { name });
  }
  const families = new Set<string>(featureSets[name].map(({ family }) => family));
  const absent = without.find((family) => !families.has(family));
  if (absent !== undefined)
    throw new InputError(
      `feature set "${name}" has no family "${absent}" to leave out; it has ` +
        `"${[...families].join('", "')}"`,
      { name, family: absent },
    );
  const twice = without.find((family, i) => without.indexOf(family) < i);
  if (twice !== undefined)
    throw new InputError(`family "${twice}" is left out twice; name it once`, { family: twice });
  const kept = featureSets[name].filter(({ family }) => !without.includes(family));
  if (kept.length === 0)
    throw new InputError(
      `nothing is left of feature set "${name}" without "${without.join('", "')}"; leave out fewer`,
      { name },
    );
  return kept;
}
