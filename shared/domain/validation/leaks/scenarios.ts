import { InputError } from '../../../contracts/errors.ts';
import type { Recipe } from '../../../contracts/recipe.ts';
import type { Audited } from './audited.ts';
import type { Draw } from './draws.ts';
import { defaultUniverseOptions } from './universe.ts';

/** What the controls of a recipe are drawn by. */
export interface LeakOptions {
  readonly audited: Audited;
  /** Random walks, at least 100; the other controls take a share of it. Default 200. */
  readonly draws: number;
}

/** The universes of all controls. */
export interface Scenarios {
  /** The pipeline as it is, on prices that nobody can predict. */
  readonly walks: readonly Draw[];
  /** The same universes without purging. */
  readonly unpurged: readonly Draw[];
  /** Prices with an edge whose labels are coins. */
  readonly coins: readonly Draw[];
  /**
   * Random walks whose students learn nothing but the teacher's opinion; none where students always
   * start from one.
   */
  readonly softened: readonly Draw[];
  /** The same where the teacher had learnt the rows that it judges. */
  readonly inSample: readonly Draw[];
  /** Random walks with a feature of tomorrow. */
  readonly leaky: readonly Draw[];
  /** By the strength of the edge, which 0 is one of. */
  readonly edges: readonly Draw[];
  /** What truncation and the future are tried on. */
  readonly exact: readonly Draw[];
  /** Rows of after the decision. */
  readonly late: readonly Draw[];
}

/** Shares of a day's deviation that it is expected to gain or lose. */
export const edgeStrengths = [0, 0.1, 0.2, 0.4] as const;

/** With fewer the planted faults may go unseen, and an audit fail for want of power. */
const fewest = 100;
/** A student sees tomorrow through a few trees: its AUC is 0.53. */
const leakyDraws = 60;
/** Opinions of rows that were learnt are seen through at once. */
const inSampleDraws = 40;

/**
 * Draws the universes that a recipe's controls need.
 *
 * @throws InputError if draws are too few to tell a leak from chance
 */
export function leakScenarios({ audited, draws }: LeakOptions): Scenarios {
  if (!Number.isInteger(draws) || draws < fewest)
    throw new InputError(
      `"${draws}" draws are too few to tell a leak from chance; ask for "${fewest}" at least`,
      {
        draws,
      },
    );
  const { recipe, poolRecipe, symbols, windows, edgeLengths } = audited;
  const tenth = Math.ceil(draws / 10);
  const some = (count: number, other: Partial<Draw>): Draw[] =>
    Array.from({ length: count }, (_, seed) => ({
      recipe,
      ...(poolRecipe && { poolRecipe }),
      ...defaultUniverseOptions,
      symbols,
      windows,
      seed,
      ...other,
    }));
  const soft = { recipe: softened(recipe) };
  return {
    walks: some(draws, {}),
    unpurged: some(draws, { fault: 'no-purge' }),
    coins: some(Math.ceil(draws / 2), { fault: 'coin-labels', edge: 0.4 }),
    softened: isDistilled(recipe) ? some(Math.ceil(draws / 2), soft) : [],
    inSample: some(inSampleDraws, { ...soft, fault: 'in-sample' }),
    leaky: some(Math.max(leakyDraws, tenth), { fault: 'tomorrow' }),
    edges: edgeStrengths.flatMap((edge) =>
      some(tenth, { edge, windows: edgeLengths[edgeLengths.length - 1] }),
    ),
    exact: some(Math.ceil(draws / 40), {}),
    late: some(Math.ceil(draws / 40), { fault: 'late-rows' }),
  };
}

/** A recipe whose students learn the teacher's opinion alone wherever there is one. */
function softened(recipe: Recipe): Recipe {
  if (!isDistilled(recipe)) return recipe;
  return { ...recipe, student: { ...recipe.student, mix: 1, temperatures: [1] } };
}

/** A residual student starts from opinions, whatever it learns. */
function isDistilled({ student: { temperatures } }: Recipe): boolean {
  return temperatures.length > 0;
}
