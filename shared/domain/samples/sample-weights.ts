import type { Recipe } from '../../contracts/recipe.ts';
import type { SampleSet } from './sample-set.ts';
import { timeDecayWeights } from './weights/time-decay.ts';

/** Mean correlation of two symbols' returns over five sessions. @see quant.md 2.4 */
const correlation = 0.25;

/** How much each of n rows counts in a fit; undefined where the recipe has all count alike. */
export function sampleWeights(
  { ts }: Pick<SampleSet, 'ts'>,
  { weights: { halfLifeSessions } }: Pick<Recipe, 'weights'>,
): Float32Array | undefined {
  return halfLifeSessions === undefined
    ? undefined
    : Float32Array.from(timeDecayWeights(ts, halfLifeSessions));
}

/**
 * Rows to one label of its own: labels overlap in time and, of a pool, symbols share the market. So n
 * rows are worth n / overlap labels.
 *
 * @returns horizon · (1 + (N − 1) ρ) with N the mean rows of a time
 * @see quant.md 2.4
 */
export function labelOverlap(
  { ts, symbols }: Pick<SampleSet, 'ts' | 'symbols'>,
  { horizon }: Pick<Recipe, 'horizon'>,
): number {
  const names = symbols === undefined ? 1 : ts.length / new Set(ts).size;
  return horizon * (1 + (names - 1) * correlation);
}
