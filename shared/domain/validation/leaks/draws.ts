import { asSenseQuantError, type ErrorClass } from '../../../contracts/errors.ts';
import type { Recipe } from '../../../contracts/recipe.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { trainingJobs } from '../../training/jobs.ts';
import { fastPathOf, windowInputs, type Opinions } from './fast-path.ts';
import { faultySamples, type Fault } from './faults.ts';
import { futureDifferences, sumOf, truncationDifferences, type Differences } from './truncation.ts';
import { simulatedUniverse, type Universe, type UniverseOptions } from './universe.ts';

/** One simulated universe that goes through a recipe's fast path. */
export interface Draw extends UniverseOptions {
  readonly recipe: Recipe;
  /** Absent for the pipeline as it is. */
  readonly fault?: Fault;
}

/** What one draw showed; plain values. */
export interface DrawOpinions {
  readonly seed: number;
  readonly opinions: readonly Opinions[];
  /** The planted states of the judged rows: what one who reads them without error would score. */
  readonly oracle: readonly Pick<Opinions, 'window' | 'ts' | 'labels' | 'probabilities'>[];
}

/** How often a fit was refused as it should. */
export interface Refusals {
  readonly asked: number;
  readonly refused: number;
}

/** What the pipeline throws where a row is of later than the decision. */
const refusal: ErrorClass = 'InvariantError';

/**
 * The computations of leak controls that a compute thread runs, a draw each.
 *
 * - `opinions` what models say of a universe, and what came true
 * - `differences` what bars that were not there yet change about features, labels and models
 * - `refusals` whether rows of after the decision are refused
 *
 * @throws LaneError if memory or the device fails
 */
export function leakJobs(booster: Booster) {
  return {
    *opinions(draw: Draw): Generator<FitProgress, DrawOpinions, void> {
      const { recipe, windows, seed, fault } = draw;
      const universe = simulatedUniverse(recipe, draw);
      const options = { recipe, windows, seed, ...(fault === undefined ? {} : { fault }) };
      const opinions = yield* fastPathOf(recipe)(booster, universe, options);
      return { seed, opinions, oracle: oracleOf(universe, opinions) };
    },
    *differences(draw: Draw): Generator<FitProgress, Differences, void> {
      const { symbols, calendar } = simulatedUniverse(draw.recipe, draw);
      const found: Differences[] = [];
      for (const { bars } of symbols) {
        found.push(truncationDifferences(bars, draw.recipe, draw.seed));
        for (const input of windowInputs(bars, calendar, draw))
          found.push(yield* futureDifferences(booster, input, draw.seed));
      }
      return sumOf(found);
    },
    *refusals(draw: Draw): Generator<FitProgress, Refusals, void> {
      const { symbols, calendar } = simulatedUniverse(draw.recipe, draw);
      const jobs = trainingJobs(booster, faultySamples(draw.fault, draw.seed));
      let [asked, refused] = [0, 0];
      for (const { bars } of symbols)
        for (const input of windowInputs(bars, calendar, draw)) {
          asked++;
          try {
            yield* jobs.teacher(input);
          } catch (error) {
            if (asSenseQuantError(error)?.name !== refusal) throw error;
            refused++;
          }
        }
      return { asked, refused };
    },
  };
}

function oracleOf(universe: Universe, opinions: readonly Opinions[]): DrawOpinions['oracle'] {
  const bySymbol = new Map(universe.symbols.map((symbol) => [symbol.bars.symbol, symbol]));
  return opinions
    .filter(({ model }) => model === 'teacher')
    .map(({ symbol, window, ts, labels }) => {
      const known = bySymbol.get(symbol);
      const at = known?.bars.ts.indexOf(ts[0]) ?? 0;
      const probabilities = Float64Array.from(ts, (_, i) => (known?.states[at + i] ?? 0) / 2 + 0.5);
      return { window, ts, labels, probabilities };
    });
}
