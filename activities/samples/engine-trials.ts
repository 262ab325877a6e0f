import { featureSet } from '../../shared/domain/samples/features.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import type { Trial } from '../../shared/runtime/world.ts';
import { stages } from '../../shared/contracts/outcome.ts';
import { mostRounds } from './planned-window.ts';

/** A fit as large as that of a window, and what a plan says that such a window costs. */
export interface EngineTrial {
  readonly trial: Trial;
  /** Rows × features × rounds. */
  readonly cost: number;
}

/** One trial's best time on either engine. */
export interface TimedTrial {
  readonly cost: number;
  readonly cpuSeconds: number;
  readonly gpuSeconds: number;
}

/** From a window of one symbol's days to one of many symbols' minutes. */
const trialRows = [256, 1024, 4096, 16_384, 65_536, 262_144];

/** Teachers of the recipe `symbol` on more and more rows. */
export function engineTrials(): EngineTrial[] {
  const features = featureSet(symbolRecipe.features).length;
  return trialRows.map((rows) => ({
    trial: { rows, features, trees: symbolRecipe.teacher },
    cost: rows * features * mostRounds(symbolRecipe, stages),
  }));
}

/**
 * The cost from which on the GPU is faster: where the two times cross, on logarithmic scales, before
 * the first of the trials that it wins up to the largest.
 *
 * @param trials - in ascending order of cost, one at least
 * @returns undefined where the GPU does not win the largest
 */
export function crossingCost(trials: readonly TimedTrial[]): number | undefined {
  const leads = trials.map(({ cpuSeconds, gpuSeconds }) => Math.log(gpuSeconds / cpuSeconds));
  const lastLost = leads.findLastIndex((lead) => lead >= 0);
  if (lastLost === trials.length - 1) return undefined;
  if (lastLost < 0) return trials[0].cost;
  const [lost, won] = [leads[lastLost], leads[lastLost + 1]];
  const [low, high] = [trials[lastLost], trials[lastLost + 1]].map(({ cost }) => Math.log(cost));
  return Math.round(Math.exp(low + ((high - low) * lost) / (lost - won)));
}
