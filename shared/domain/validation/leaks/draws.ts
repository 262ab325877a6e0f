import { asSenseQuantError, type ErrorClass } from '../../../contracts/errors.ts';
import type { Recipe } from '../../../contracts/recipe.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import { trainingJobs } from '../../training/jobs.ts';
import type { WindowInput } from '../../training/window-sets.ts';
import { fastPathOf } from './fast-path.ts';
import { faultySamples, type Fault } from './faults.ts';
import { memberColumn, memberRows } from './member-rows.ts';
import type { Opinions } from './opinions.ts';
import { futureDifferences, sumOf, truncationDifferences, type Differences } from './truncation.ts';
import { simulatedUniverse, type Universe, type UniverseOptions } from './universe.ts';
import { windowInputs } from './window-inputs.ts';

/** One simulated universe that goes through a recipe's fast path. */
export interface Draw extends UniverseOptions {
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on; absent for another recipe. */
  readonly poolRecipe?: Recipe;
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
      const universe = simulatedUniverse(draw.recipe, draw);
      const opinions = yield* fastPathOf(draw.recipe)(booster, universe, draw);
      return { seed: draw.seed, opinions, oracle: oracleOf(universe, opinions) };
    },
    *differences(draw: Draw): Generator<FitProgress, Differences, void> {
      const { recipe, poolRecipe, seed } = draw;
      const found: Differences[] = [];
      for (const input of windowInputs(simulatedUniverse(recipe, draw), draw)) {
        found.push(truncationDifferences(input, seed));
        const residual = poolRecipe === undefined ? undefined : recipe;
        found.push(yield* futureDifferences(booster, input, seed, residual));
      }
      return sumOf(found);
    },
    *refusals(draw: Draw): Generator<FitProgress, Refusals, void> {
      let [asked, refused] = [0, 0];
      for (const input of windowInputs(simulatedUniverse(draw.recipe, draw), draw)) {
        asked++;
        try {
          yield* lastFit(draw, input);
        } catch (error) {
          if (asSenseQuantError(error)?.name !== refusal) throw error;
          refused++;
        }
      }
      return { asked, refused };
    },
  };

  /** The fit of a recipe's own models, where the draw's fault is planted. */
  function* lastFit(draw: Draw, input: WindowInput): Generator<FitProgress, void, void> {
    const { recipe, poolRecipe, fault, seed } = draw;
    const faulty = trainingJobs(booster, faultySamples(fault, seed));
    if (poolRecipe === undefined || !('members' in input)) {
      yield* faulty.teacher(input);
      return;
    }
    const { text, training } = yield* trainingJobs(booster).teacher(input);
    const probability = memberColumn(training.outOfFold, training, 0);
    const [member] = input.members;
    const learnt = { ...memberRows(training, 0), probability };
    const { decisionEndTs } = input.span;
    yield* faulty.residual({ member, recipe, learnt, base: text, decisionEndTs, metadata: {} });
  }
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
