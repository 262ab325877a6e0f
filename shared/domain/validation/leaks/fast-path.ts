import { InputError } from '../../../contracts/errors.ts';
import type { Recipe } from '../../../contracts/recipe.ts';
import type { Booster, FitProgress } from '../../training/booster.ts';
import type { Fault } from './faults.ts';
import type { Opinions } from './opinions.ts';
import type { Universe } from './universe.ts';
import { pooledInputs, symbolInputs } from './window-inputs.ts';
import { residualOpinions, windowOpinions } from './window-opinions.ts';

/** What runs through the fast path. */
export interface PathOptions {
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on. */
  readonly poolRecipe?: Recipe;
  readonly windows: number;
  readonly fault?: Fault;
  /** Of the fault's chance. */
  readonly seed: number;
}

/**
 * A recipe from bars to opinions by the code of production, without workflows, files and threads.
 * Another recipe is another such function.
 */
export type FastPath = (
  booster: Booster,
  universe: Universe,
  options: PathOptions,
) => Generator<FitProgress, Opinions[], void>;

/** Fast paths by the name of their recipe. */
const fastPaths: Readonly<Partial<Record<string, FastPath>>> = {
  symbol: symbolPath,
  pooled: pooledPath,
  residual: residualPath,
};

/**
 * The fast path of a recipe.
 *
 * @throws InputError if it has none
 */
export function fastPathOf({ name }: Pick<Recipe, 'name'>): FastPath {
  const path = fastPaths[name];
  if (path === undefined)
    throw new InputError(`recipe "${name}" has no leak controls yet`, { name });
  return path;
}

/** Members of a pool that get a residual student: they tell as much as all would, for less. */
const residualMembers = 4;

/** One teacher and one student a symbol and window: grid, decisions, samples, folds, fits. */
function* symbolPath(
  booster: Booster,
  { symbols, calendar }: Universe,
  options: PathOptions,
): Generator<FitProgress, Opinions[], void> {
  const opinions: Opinions[] = [];
  for (const { bars } of symbols)
    for (const [window, input] of symbolInputs(bars, calendar, options).entries())
      opinions.push(...(yield* windowOpinions(booster, { ...options, input, window })));
  return opinions;
}

/** One teacher and one student a window of the universe. */
function* pooledPath(
  booster: Booster,
  universe: Universe,
  options: PathOptions,
): Generator<FitProgress, Opinions[], void> {
  const opinions: Opinions[] = [];
  for (const [window, input] of pooledInputs(universe, options).entries())
    opinions.push(...(yield* windowOpinions(booster, { ...options, input, window })));
  return opinions;
}

/** One teacher a window of the universe, and a student of each of its first members. */
function* residualPath(
  booster: Booster,
  universe: Universe,
  options: PathOptions,
): Generator<FitProgress, Opinions[], void> {
  const opinions: Opinions[] = [];
  const { recipe } = options;
  for (const [window, input] of pooledInputs(universe, options).entries())
    opinions.push(
      ...(yield* residualOpinions(booster, { ...options, input, window }, recipe, residualMembers)),
    );
  return opinions;
}
