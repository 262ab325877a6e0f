import type { Recipe, RecipeName, TreeOptions } from '../../../contracts/recipe.ts';
import { pooledRecipe, residualRecipe, symbolRecipe } from '../../samples/recipes.ts';

/** A recipe as it is audited, and the universes it is tried on. */
export interface Audited {
  readonly recipe: Recipe;
  /** Of the pooled windows that residual ones stand on. */
  readonly poolRecipe?: Recipe;
  readonly symbols: number;
  readonly windows: number;
  /** Windows after which a planted edge is looked for. */
  readonly edgeLengths: readonly number[];
}

/** A pool of weeks, not years: the same code on a hundredth of the rows. */
const grid = { ...pooledRecipe.grid, length: 120, step: 30 };
const minimum = { minimumRows: 30, minimumClassRows: 10 };
/** Fewer trees that learn faster and remember more: what leaks, they see. */
const fewTrees: Pick<TreeOptions, 'trees' | 'minimumLeafRows' | 'learningRate'> = {
  trees: 10,
  minimumLeafRows: 10,
  learningRate: 0.3,
};

const pool: Recipe = {
  ...pooledRecipe,
  ...minimum,
  grid,
  minimumPool: { sessions: 60, symbols: 6 },
  teacher: { ...pooledRecipe.teacher, ...fewTrees },
  student: { ...pooledRecipe.student, ...fewTrees },
};

/**
 * Recipes as they are audited. A window of one symbol is audited as it is; a pool is dear, so of its
 * recipe the grid, the least counts and the trees are small, and everything else is as it is.
 */
export const auditedRecipes: Readonly<Record<RecipeName, Audited>> = {
  symbol: { recipe: symbolRecipe, symbols: 2, windows: 2, edgeLengths: [1, 2, 4, 8] },
  pooled: { recipe: pool, symbols: 6, windows: 2, edgeLengths: [1, 2, 4] },
  residual: {
    recipe: {
      ...residualRecipe,
      ...minimum,
      grid,
      student: { ...residualRecipe.student, trees: 10, minimumLeafRows: 10 },
    },
    poolRecipe: pool,
    symbols: 6,
    windows: 2,
    edgeLengths: [1, 2, 4],
  },
};
