import type {
  EligibleWindow,
  Plan,
  PlannedAction,
  PlannedWindow,
  TrainRequest,
} from '../../shared/contracts/plan.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import type { DecisionContext } from '../../shared/domain/samples/decisions.ts';
import { recipesOf, type Recipes } from '../../shared/domain/samples/recipes.ts';
import { gridWindows, type GridWindow } from '../../shared/domain/samples/windows.ts';
import type { World } from '../../shared/runtime/world.ts';
import { chosenSymbols } from './chosen-symbols.ts';
import { planContext, type ContextOfPlan } from './plan-context.ts';
import { planMarket, type PlanMarket, type PlannedSymbol } from './plan-market.ts';
import { planPool, pooledActions } from './plan-pool.ts';
import { planResiduals } from './plan-residuals.ts';
import { planSymbol, type PlannedPart, type Planning } from './plan-symbols.ts';
import { poolOf, type Pool } from './pool-members.ts';
import { checkPlanToken, planTokenOf } from './plan-token.ts';
import { checkEngines } from './window-engine.ts';
import { definitionsOf } from './window-keys.ts';

/**
 * Decides every window of a request from what is on disk. Reads bars and the store, writes nothing;
 * a damaged artifact is set aside and counts as absent. The same request over the same bars gives
 * the same decisions, whatever the order of the symbols, the lanes, or, where a symbol has one
 * series, `from`.
 *
 * @param now - decides the as-of day where the request names none: the last session closed by then
 * @throws InputError for an unknown symbol, universe or option, or where inputs are not those of the
 *   plan looked at, or a window needs an engine that no lane has
 * @throws DataError if bars are damaged
 */
export async function makePlan(world: World, request: TrainRequest, now: EpochMs): Promise<Plan> {
  return (await planAndContext(world, request, now)).plan;
}

/** A plan's windows, or those of them that a run is to hold. */
export type Windows = Plan['windows'];

/**
 * The same with the market context that the plan pins: whoever executes the plan stores it first.
 *
 * @param held - of the windows of the grid those that the run holds; all, unless it replays some
 */
export async function planAndContext(
  world: World,
  request: TrainRequest,
  now: EpochMs,
  held: (all: Windows) => Windows = (all) => all,
): Promise<{ readonly plan: Plan; readonly context?: ContextOfPlan }> {
  const recipes = recipesOf(request);
  const asOf = request.asOf ?? world.calendar.lastClosedSession(now);
  const { from, to } = request;
  const { calendar, versions } = world;
  const grid = gridWindows(recipes.recipe, from, to, calendar);
  const context = { calendar, dueUntil: asOf < to ? asOf : to };
  const market = await planMarket(world, request, {
    asOf,
    grid,
    dueUntil: context.dueUntil,
    minimumCoverage: recipes.recipe.minimumCoverage,
  });
  const pool = recipes.recipe.name === 'symbol' ? undefined : await poolOf(world, request, grid);
  const read = { request, recipe: recipes.recipe, asOf };
  const marketContext = await planContext(world, read, market, pool);
  const common = {
    interval: request.interval,
    engine: 'cpu',
    versions,
    ...(marketContext === undefined ? {} : { contextOf: marketContext.of }),
  } as const;
  const asked: Asked = { grid, market, recipes, context, common };
  const made =
    pool === undefined
      ? await symbolPart(world, request, asked)
      : await poolPart(world, request, asked, pool);
  const { actions, symbols } = made;
  const windows = held(made.windows);
  await checkEngines(world, windows);
  const planToken = planTokenOf(windows);
  checkPlanToken(request.planToken, planToken);
  const plan: Plan = {
    schema: 5,
    planToken,
    asOf,
    from,
    to,
    ...recipes,
    versions,
    definitions: definitionsOf(recipes),
    series: symbols.flatMap(({ pin }) => (pin === undefined ? [] : [pin])),
    actions,
    ...(marketContext === undefined ? {} : { context: marketContext.planned }),
    windows,
  };
  return { plan, ...(marketContext === undefined ? {} : { context: marketContext }) };
}

interface Asked {
  readonly grid: readonly GridWindow[];
  readonly market: PlanMarket;
  readonly recipes: Recipes;
  readonly context: Omit<DecisionContext, 'recipe'>;
  readonly common: Planning['common'];
}

/** Part of a plan with the symbols it was made of. */
type MadePart = PlannedPart & { readonly symbols: readonly PlannedSymbol[] };

async function symbolPart(
  world: World,
  request: TrainRequest,
  { grid, market, recipes: { recipe }, context, common }: Asked,
): Promise<MadePart> {
  const windows: (PlannedWindow | EligibleWindow)[] = [];
  const actions: PlannedAction[] = [];
  const symbols: PlannedSymbol[] = [];
  for (const symbol of await chosenSymbols(world, request)) {
    const known = await market(symbol);
    const part = await planSymbol(world, grid, known, { ...context, recipe, common });
    symbols.push(known);
    windows.push(...part.windows);
    actions.push(...part.actions);
  }
  return { windows, actions, symbols };
}

/** Pooled windows first: what stands on them is trained after they are. */
async function poolPart(
  world: World,
  request: TrainRequest,
  { grid, market, recipes: { recipe, poolRecipe }, context, common }: Asked,
  { universe, symbols: names, isMember }: Pool,
): Promise<MadePart> {
  const symbols: PlannedSymbol[] = [];
  for (const name of names) symbols.push(await market(name));
  const pooled = poolRecipe ?? recipe;
  const pools = await planPool(world, grid, symbols, {
    ...context,
    recipe: pooled,
    common,
    universe,
    isMember,
  });
  const windows = pools.map(({ planned }) => planned);
  if (poolRecipe !== undefined) {
    const students = request.symbols === 'all' ? names : await chosenSymbols(world, request);
    for (const symbol of students)
      windows.push(...(await planResiduals(world, pools, symbol, { ...common, recipe })));
  }
  return { windows, actions: pooledActions(pools, symbols), symbols };
}
