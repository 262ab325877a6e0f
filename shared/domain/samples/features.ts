import { InputError } from '../../contracts/errors.ts';
import type { Feature } from './features/feature.ts';
import { rsi14 } from './features/oscillators.ts';
import { return1, return20, return5 } from './features/returns.ts';
import { adx14, macdHistogram, smaGap50 } from './features/trend.ts';
import { bollinger20, natr14 } from './features/volatility.ts';
import { volumeZ20 } from './features/volume.ts';

/** Features by the name of their set; a set that has trained a model never changes. */
export const featureSets: Readonly<Record<string, readonly Feature[]>> = {
  'base-1': [
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
  ],
};

/**
 * The features of a set, in the order of a matrix's columns.
 *
 * @throws InputError if there is no such set
 */
export function featureSet(name: string): readonly Feature[] {
  if (!Object.hasOwn(featureSets, name)) {
    const known = Object.keys(featureSets).join('", "');
    throw new InputError(`no feature set is called "${name}"; known are "${known}"`, { name });
  }
  return featureSets[name];
}
