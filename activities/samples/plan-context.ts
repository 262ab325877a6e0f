import type { PlannedContext, TrainRequest } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import { adjustedBars } from '../../shared/domain/market/actions/adjustment.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { MarketContext } from '../../shared/domain/samples/features/feature.ts';
import {
  contextAt,
  universeContext,
  type ContextMember,
} from '../../shared/domain/samples/market-context.ts';
import { recipeFeatures } from '../../shared/domain/samples/recipes.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import { contextParts, type ContextPart } from '../../shared/runtime/store/context-store.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { PlanMarket } from './plan-market.ts';
import type { Pool } from './pool-members.ts';

/** The universe whose context is read where a request names none and pools nothing. */
const usualUniverse = 'nifty100';

/** A plan's market context: what it pins, what is to be stored, and what each symbol reads of it. */
export interface ContextOfPlan {
  readonly planned: PlannedContext;
  readonly parts: readonly ContextPart[];
  readonly facts: Readonly<Record<string, unknown>>;
  readonly of: (bars: Bars) => MarketContext;
}

/**
 * Computes the market context of a plan's universe up to its as-of day; the same whatever symbols
 * or days are asked for.
 *
 * @param pool - the symbols that are pooled, where the request names no universe
 * @returns undefined where the recipe's features read none
 */
export async function planContext(
  world: World,
  { request, recipe, asOf }: { request: TrainRequest; recipe: Recipe; asOf: TradingDay },
  market: PlanMarket,
  pool: Pool | undefined,
): Promise<ContextOfPlan | undefined> {
  if (!recipeFeatures(recipe).some(({ needsContext }) => needsContext)) return undefined;
  const { universe, symbols, isMember } =
    request.universe === undefined && pool !== undefined
      ? pool
      : datedUniverse(world, request.universe ?? usualUniverse, asOf);
  const members: ContextMember[] = [];
  const absent: string[] = [];
  const sectors: Record<string, string> = {};
  for (const symbol of symbols) {
    const { bars, actions, unconfirmed = [] } = await market(symbol);
    const sector = world.instruments.find(symbol)?.sector;
    if (sector !== undefined) sectors[symbol] = sector;
    if (bars === undefined) absent.push(symbol);
    else
      members.push({
        bars: adjustedBars(bars, actions),
        unconfirmed,
        isMember: (ts) => isMember(symbol, dayOf(ts)),
        ...(sector === undefined ? {} : { sector }),
      });
  }
  const index = await indexBars(world, asOf);
  const context = universeContext(members, index);
  const parts = contextParts(universe, context);
  const sectorOf = (symbol: string): string | undefined =>
    sectors[symbol] ?? world.instruments.find(symbol)?.sector;
  const known = new Map<string, MarketContext>();
  return {
    planned: { universe, keys: parts.map(({ key }) => key), sectors },
    parts,
    facts: {
      universe,
      members: members.map(({ bars }) => bars.symbol),
      absent,
      ...(index === undefined ? {} : { index: index.symbol }),
    },
    of(bars) {
      const found = known.get(bars.symbol) ?? contextAt(context, bars, sectorOf(bars.symbol));
      known.set(bars.symbol, found);
      return found;
    },
  };
}

/** Whoever is in a universe in some month up to a day. */
function datedUniverse({ instruments, calendar }: World, universe: string, asOf: TradingDay): Pool {
  const months = new Map<string, ReadonlySet<string>>();
  const membersOn = (day: TradingDay): ReadonlySet<string> => {
    const month = day.slice(0, 7);
    const found = months.get(month) ?? new Set(instruments.members(universe, day).symbols);
    months.set(month, found);
    return found;
  };
  for (let day = calendar.from; day <= asOf; day = addDays(day, 28)) membersOn(day);
  const symbols = [...new Set([...months.values()].flatMap((members) => [...members]))];
  return {
    universe,
    symbols: symbols.toSorted(),
    isMember: (symbol, day) => membersOn(day).has(symbol),
  };
}

/** The first index that has bars. */
async function indexBars(
  { bars, instruments }: World,
  asOf: TradingDay,
): Promise<Bars | undefined> {
  const symbols = (await bars.symbols('1d')).toSorted();
  const index = symbols.find((symbol) => instruments.find(symbol)?.kind === 'index');
  const pin = index === undefined ? undefined : await bars.series(index, '1d');
  return pin && (await barsUntil(bars, pin, asOf));
}
