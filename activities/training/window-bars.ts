import { DataError, InvariantError } from '../../shared/contracts/errors.ts';
import {
  recipeOfWindow,
  type EligibleWindow,
  type Plan,
  type PooledMember,
} from '../../shared/contracts/plan.ts';
import { adjustedBars } from '../../shared/domain/market/adjustment.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars.ts';
import { dayStart } from '../../shared/domain/market/exchange-time.ts';
import { classOf } from '../../shared/domain/market/instruments.ts';
import { windowRows } from '../../shared/domain/samples/decisions.ts';
import type { MarketContext } from '../../shared/domain/samples/features/feature.ts';
import { contextAt, type UniverseContext } from '../../shared/domain/samples/market-context.ts';
import type { PoolMember } from '../../shared/domain/samples/pooled-set.ts';
import type { WindowSpan } from '../../shared/domain/samples/sample-set.ts';
import { symbolLabels } from '../../shared/domain/samples/symbol-labels.ts';
import type { WindowInput } from '../../shared/domain/training/window-sets.ts';
import { readContext } from '../../shared/runtime/context-store.ts';
import { barsUntil } from '../../shared/runtime/bars-until.ts';
import type { World } from '../../shared/runtime/world.ts';

/**
 * Reads what a window's fits and predictions may know, from the segments its plan pins, read with the
 * corporate actions it pins: bars from warm-up to the last label of the evaluation span.
 *
 * @throws DataError if a segment does not match its digest
 */
export async function windowInput(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<WindowInput> {
  const recipe = recipeOfWindow(plan, window);
  if (window.members === undefined) {
    const { bars, span, context } = await symbolBars(world, plan, window, window);
    const { calendar, instruments } = world;
    const instrumentClass = classOf(instruments.find(window.symbol));
    return {
      bars,
      span,
      recipe,
      labels: symbolLabels(bars, recipe, { calendar, instrumentClass }),
      ...(context && { context }),
    };
  }
  const read = [];
  for (const member of window.members) read.push(await symbolBars(world, plan, window, member));
  return {
    members: read.map(({ bars, span: { fromTs }, context }) => ({
      bars,
      fromTs,
      ...(context && { context }),
    })),
    span: read[0].span,
    recipe,
  };
}

/** Reads the same of a window's own symbol, as a pool has it for one of its members. */
export async function memberInput(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<PoolMember> {
  const { bars, context } = await symbolBars(world, plan, window, window);
  return { bars, fromTs: dayStart(window.effectiveFrom), ...(context && { context }) };
}

/** What is read of one symbol. */
interface SymbolRead {
  readonly bars: Bars;
  readonly span: WindowSpan;
  readonly context?: MarketContext;
}

/** Contexts read lately, by their plans: a lane works on one run at a time. */
const contexts = new WeakMap<Plan, Promise<UniverseContext>>();

async function contextOf({ store }: World, plan: Plan): Promise<UniverseContext | undefined> {
  if (plan.context === undefined) return undefined;
  const found = contexts.get(plan) ?? readContext(store, plan.context.keys);
  contexts.set(plan, found);
  return await found;
}

function sectorOf({ instruments }: World, { context }: Plan, symbol: string): string | undefined {
  return context?.sectors[symbol] ?? instruments.find(symbol)?.sector;
}

async function symbolBars(
  world: World,
  plan: Plan,
  window: EligibleWindow,
  { symbol, effectiveFrom }: Pick<PooledMember, 'symbol' | 'effectiveFrom'>,
): Promise<SymbolRead> {
  const series = plan.series.find((one) => one.symbol === symbol);
  if (series === undefined)
    throw new InvariantError(`the plan trains "${window.window}" without bars of "${symbol}"`);
  const bars = await barsUntil(world.bars, series, plan.asOf);
  const recipe = recipeOfWindow(plan, window);
  const { span, predictions } = windowRows(bars, window, effectiveFrom, recipe);
  const read = sliceBars(bars, predictions.start, predictions.end);
  const actions = plan.actions.filter((action) => action.symbol === symbol);
  const market = await contextOf(world, plan);
  return {
    bars: adjustedBars(read, actions),
    span,
    ...(market && {
      context: contextAt(market, read, sectorOf(world, plan, symbol)),
    }),
  };
}

/**
 * The pooled window whose teacher a residual student starts from.
 *
 * @throws DataError if its plan has none
 */
export function teacherWindowOf(plan: Plan, window: EligibleWindow): EligibleWindow {
  const found = plan.windows.find((one) => one.window === window.teacherWindow);
  if (found === undefined || !('stages' in found))
    throw new DataError(`the plan has no window "${window.teacherWindow}" to start from`);
  return found;
}
