import type { Plan, PlannedAction, PlannedSeries } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import {
  actionsWithin,
  adjustedBars,
  type BarRange,
} from '../../shared/domain/market/actions/adjustment.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import {
  blockFeatures,
  featureColumns,
  type FeatureBlock,
  type FeatureColumns,
} from '../../shared/domain/samples/feature-blocks.ts';
import type { FeatureInput, MarketContext } from '../../shared/domain/samples/features/feature.ts';
import { contextAt, type UniverseContext } from '../../shared/domain/samples/market-context.ts';
import { recipeFeatures } from '../../shared/domain/samples/recipes.ts';
import { readContext } from '../../shared/runtime/store/context-store.ts';
import type { World } from '../../shared/runtime/world.ts';

/** A series as a plan has it read. */
export interface PinnedBars {
  readonly series: PlannedSeries;
  /** All of it, as received. */
  readonly bars: Bars;
  /** Corporate actions of its symbol. */
  readonly actions: readonly PlannedAction[];
  readonly recipe: Recipe;
}

/**
 * Features of bars `[start, end)` of a series, each block of them computed once in a process: windows
 * overlap, and pools hold the same bars as their symbols.
 *
 * @throws DataError if the plan's market context is gone or damaged
 */
export async function seriesFeatures(
  world: World,
  plan: Plan,
  pinned: PinnedBars,
  range: BarRange,
): Promise<FeatureColumns> {
  const { series, bars, recipe } = pinned;
  const features = recipeFeatures(recipe);
  const market = await contextOf(world, plan);
  const sector = sectorOf(world, plan, series.symbol);
  const common = JSON.stringify([
    [series.symbol, series.interval, series.series, series.segments, series.listed],
    features.map(({ name, version }) => `${name}@${version}`),
    plan.context && [plan.context.keys, sector],
  ]);
  const { blockMonths, warmupBars } = recipe;
  return featureColumns(bars, range, { blockMonths, warmupBars, features }, (block) => {
    const read = { start: block.warmup, end: block.end };
    const actions = actionsWithin(pinned.actions, bars, read);
    const name = JSON.stringify([common, block, actions]);
    const known = world.features.get(name);
    if (known !== undefined) return known;
    const computed = blockFeatures(inputOf(pinned, block, market, sector), block, features);
    world.features.set(name, computed);
    return computed;
  });
}

/** Prices on the scale of the first bar that the block reads, whichever window asks for it. */
function inputOf(
  { series: { listed }, bars, actions }: PinnedBars,
  { warmup, end }: FeatureBlock,
  market: UniverseContext | undefined,
  sector: string | undefined,
): FeatureInput {
  const read = sliceBars(bars, warmup, end);
  const context = market && contextAt(market, read, sector);
  return { bars: adjustedBars(read, actions), ...factsOf(context, listed) };
}

function factsOf(
  context: MarketContext | undefined,
  listed: TradingDay | undefined,
): Omit<FeatureInput, 'bars'> {
  return { ...(context && { context }), ...(listed && { listedTs: dayStart(listed) }) };
}

/**
 * What gives the market context at a symbol's bars, as a plan pins it; undefined where no feature
 * reads one.
 *
 * @throws DataError if it is gone or damaged
 */
export async function contextReader(
  world: World,
  plan: Plan,
): Promise<((bars: Bars) => MarketContext) | undefined> {
  const market = await contextOf(world, plan);
  return market && ((bars) => contextAt(market, bars, sectorOf(world, plan, bars.symbol)));
}

/**
 * What features of some bars are computed from besides the bars.
 *
 * @throws DataError if the plan's market context is gone or damaged
 */
export async function featureFacts(
  world: World,
  plan: Plan,
  bars: Bars,
): Promise<Omit<FeatureInput, 'bars'>> {
  const contextOf = await contextReader(world, plan);
  const listed = plan.series.find(({ symbol }) => symbol === bars.symbol)?.listed;
  return factsOf(contextOf?.(bars), listed);
}

function sectorOf({ instruments }: World, { context }: Plan, symbol: string): string | undefined {
  return context?.sectors[symbol] ?? instruments.find(symbol)?.sector;
}

/** Contexts read lately, by their plans: a lane works on one run at a time. */
const contexts = new WeakMap<Plan, Promise<UniverseContext>>();

async function contextOf({ store }: World, plan: Plan): Promise<UniverseContext | undefined> {
  if (plan.context === undefined) return undefined;
  const found = contexts.get(plan) ?? readContext(store, plan.context.keys);
  contexts.set(plan, found);
  return await found;
}
