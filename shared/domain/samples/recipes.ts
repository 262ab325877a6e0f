import { InputError } from '../../contracts/errors.ts';
import type { TrainRequest } from '../../contracts/plan.ts';
import type { Grid, Recipe } from '../../contracts/recipe.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { featureSet } from './features.ts';
import type { Feature } from './features/feature.ts';

const anchor = '2022-01-01' as TradingDay;

/**
 * One symbol's own 180 days: parity with the predecessor, never promoted.
 *
 * The cost is a delivery round trip without brokerage: ₹222.48 on ₹1,00,000 (STT, exchange, IPFT,
 * SEBI, stamp duty, GST at the rates since 2024-10-01).
 */
export const symbolRecipe: Recipe = {
  name: 'symbol',
  version: 2,
  grid: { unit: 'days', length: 180, step: 180, anchor },
  horizon: 5,
  label: { kind: 'parity', costBps: 22.25 },
  weights: {},
  features: 'base-1',
  without: [],
  blockMonths: 6,
  warmupBars: 300,
  readyBars: 60,
  minimumRows: 100,
  minimumClassRows: 20,
  minimumCoverage: 0.98,
  folds: 3,
  foldScheme: 'forward',
  initialShare: 0.4,
  teacher: { leaves: 7, trees: 100, minimumLeafRows: 20, learningRate: 0.1, seed: 1 },
  student: {
    leaves: 7,
    trees: 50,
    minimumLeafRows: 20,
    learningRate: 0.1,
    seed: 1,
    mix: 'auto',
    shares: [0.5, 1],
    temperatures: [1, 2, 4],
  },
};

/**
 * One symbol's own 40 sessions of five-minute bars, an hour ahead.
 *
 * The cost is an intraday round trip without brokerage: ₹35.48 on ₹1,00,000.
 */
export const intradayRecipe: Recipe = {
  ...symbolRecipe,
  grid: { unit: 'sessions', length: 40, step: 10, anchor },
  // About 1,575 bars and their warm-up.
  blockMonths: 1,
  horizon: 12,
  label: { kind: 'intraday', costBps: 3.55 },
  minimumRows: 1000,
  minimumClassRows: 100,
  teacher: { ...symbolRecipe.teacher, minimumLeafRows: 100 },
  student: { ...symbolRecipe.student, minimumLeafRows: 100 },
};

/** All symbols of a universe together, each labelled against the day's median of the others. */
export const pooledRecipe: Recipe = {
  ...symbolRecipe,
  name: 'pooled',
  version: 2,
  grid: { unit: 'sessions', length: 504, step: 21, anchor },
  label: { kind: 'relative' },
  weights: { halfLifeSessions: 252 },
  // A member counts from its first labelled row; what a window needs in all is said below.
  minimumRows: 1,
  minimumClassRows: 1000,
  minimumPool: { sessions: 250, symbols: 20 },
  folds: 5,
  initialShare: 0.25,
  teacher: { leaves: 15, trees: 250, minimumLeafRows: 400, learningRate: 0.05, seed: 1 },
  student: { ...symbolRecipe.student, minimumLeafRows: 400 },
};

/** One symbol's difference from its pool: its student starts from the pooled teacher's opinion. */
export const residualRecipe: Recipe = {
  ...pooledRecipe,
  name: 'residual',
  weights: {},
  minimumRows: 100,
  minimumClassRows: 20,
  student: {
    leaves: 7,
    trees: 40,
    minimumLeafRows: 20,
    learningRate: 0.1,
    l2: 20,
    seed: 1,
    mix: 'hard',
    shares: [],
    temperatures: [],
  },
};

/** What a request is fitted by. */
export interface Recipes {
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on; absent where there are none. */
  readonly poolRecipe?: Recipe;
}

/**
 * The recipes a request names, with what it overrides; all of it enters the key.
 *
 * @throws InputError if there is no such recipe of the interval or no such features, an option is of
 *   another recipe, or a window cannot hold a single label
 */
export function recipesOf(request: TrainRequest): Recipes {
  const named = namedRecipe(request);
  const { studentMix } = request;
  if (named.name === 'residual' && studentMix !== undefined)
    throw new InputError(
      `recipe "residual" teaches labels; leave out --student-mix "${studentMix}"`,
    );
  const recipe = overridden(named, request);
  if (named.name !== 'residual') return { recipe };
  return { recipe, poolRecipe: overridden(pooledRecipe, request) };
}

/**
 * The features of a recipe, in the order of a matrix's columns.
 *
 * @throws InputError if there is no such set, or no such family to leave out
 */
export function recipeFeatures({ features, without }: Recipe): readonly Feature[] {
  return featureSet(features, { without });
}

/** The family of each of a recipe's features, in the order of a matrix's columns. */
export function recipeFamilies(recipe: Recipe): ReadonlyMap<string, string> {
  return new Map(recipeFeatures(recipe).map(({ name, family }) => [name, family]));
}

/** @throws InputError if there are no such features, or they need what the interval has not */
function checkFeatures(recipe: Recipe, { interval }: TrainRequest): void {
  const needsContext = recipeFeatures(recipe).some((feature) => feature.needsContext);
  if (interval === '1d' || !needsContext) return;
  throw new InputError(
    `features "${recipe.features}" read the market's daily context, which bars of "${interval}" do ` +
      `not have; leave it out: --without context`,
  );
}

function namedRecipe({ recipe, interval }: TrainRequest): Recipe {
  if (recipe === 'symbol' && interval === '5m') return intradayRecipe;
  if (interval !== '1d')
    throw new InputError(
      `recipe "${recipe}" trains on interval "1d"${recipe === 'symbol' ? ' or "5m"' : ''}; ` +
        `found "${interval}"`,
    );
  return { symbol: symbolRecipe, pooled: pooledRecipe, residual: residualRecipe }[recipe];
}

function overridden(named: Recipe, request: TrainRequest): Recipe {
  const { horizon, studentMix } = request;
  const recipe: Recipe = {
    ...named,
    grid: gridOf(named, request),
    horizon: horizon ?? named.horizon,
    features: request.features ?? named.features,
    without: request.without?.toSorted() ?? named.without,
    student: { ...named.student, mix: studentMix ?? named.student.mix },
  };
  checkFeatures(recipe, request);
  // The label's own bar, the entry after it and `horizon` bars more: sessions are fewer than days.
  const { unit, length } = recipe.grid;
  if (recipe.label.kind !== 'intraday' && length < recipe.horizon + 2)
    throw new InputError(
      `a window of "${length}" ${unit} is shorter than a label of horizon ` +
        `"${recipe.horizon}"; widen --window-${unit} or shorten --horizon`,
      { length, unit, horizon: recipe.horizon },
    );
  return recipe;
}

function gridOf({ name, grid }: Recipe, request: TrainRequest): Grid {
  const asked = {
    days: { length: request.windowDays, step: request.stepDays },
    sessions: { length: request.windowSessions, step: request.stepSessions },
  };
  const { length, step } = asked[grid.unit];
  const other = asked[grid.unit === 'days' ? 'sessions' : 'days'];
  if (other.length !== undefined || other.step !== undefined)
    throw new InputError(
      `windows of recipe "${name}" are counted in ${grid.unit}; use --window-${grid.unit} and ` +
        `--step-${grid.unit}`,
    );
  return {
    unit: grid.unit,
    length: length ?? grid.length,
    step: step ?? grid.step,
    anchor: request.anchor ?? grid.anchor,
  };
}
