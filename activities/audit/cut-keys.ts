import { InvariantError } from '../../shared/contracts/errors.ts';
import {
  recipeOfWindow,
  type EligibleWindow,
  type Plan,
  type PlannedAction,
} from '../../shared/contracts/plan.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import { decideWindows } from '../../shared/domain/samples/decisions.ts';
import { decidePool, type PoolCandidate } from '../../shared/domain/samples/pooled-decisions.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import type { World } from '../../shared/runtime/world.ts';
import {
  pooledKeys,
  residualKeys,
  windowKeys,
  type CommonParts,
  type WindowKeys,
} from '../samples/window-keys.ts';
import { contextReader } from '../training/series-features.ts';
import { teacherWindowOf } from '../training/window-bars.ts';

/**
 * Decides a planned window again on the evening of its decision, from the bars and actions that its
 * plan pins and nothing of later, and names its models.
 *
 * @returns undefined where it would have been skipped
 * @throws DataError if bars are damaged
 */
export async function cutKeys(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<WindowKeys | undefined> {
  const parts = await commonParts(world, plan, window);
  const { recipe } = parts;
  const { decisionDay, symbol } = window;
  const context = { recipe, calendar: world.calendar, dueUntil: decisionDay };
  const grid = { from: window.from, to: window.to, decisionDay, evaluateTo: window.evaluateTo };
  if (window.teacherWindow !== undefined) {
    const teacher = await cutKeys(world, plan, teacherWindowOf(plan, window));
    return teacher && residualKeys(teacher.teacher, { symbol }, parts);
  }
  if (window.members !== undefined) {
    const candidates: PoolCandidate[] = [];
    for (const member of window.members)
      candidates.push(await knownThen(world, plan, member.symbol, window));
    const [pool] = decidePool([grid], candidates, { ...context, isMember: () => true });
    return pool.skip === undefined ? pooledKeys(pool, parts) : undefined;
  }
  const known = await knownThen(world, plan, symbol, window);
  const [decided] = decideWindows([grid], known, context);
  if (decided.skip !== undefined) return undefined;
  const { bars, actions, listed } = known;
  return windowKeys(decided, bars, { ...parts, actions, ...(listed && { listed }) });
}

async function commonParts(world: World, plan: Plan, window: EligibleWindow): Promise<CommonParts> {
  const contextOf = await contextReader(world, plan);
  return {
    symbol: window.symbol,
    interval: window.interval,
    recipe: recipeOfWindow(plan, window),
    engine: window.engine,
    versions: plan.versions,
    ...(contextOf && { contextOf }),
  };
}

/** What was known of a symbol at the close of a window's decision day. */
async function knownThen(
  { bars: store, instruments }: World,
  plan: Plan,
  symbol: string,
  { decisionDay }: EligibleWindow,
): Promise<PoolCandidate & { readonly bars: Bars; readonly actions: readonly PlannedAction[] }> {
  const series = plan.series.find((one) => one.symbol === symbol);
  if (series === undefined) throw new InvariantError(`the plan has no bars of "${symbol}"`);
  const instrument = instruments.find(symbol);
  return {
    symbol,
    bars: await barsUntil(store, series, decisionDay),
    actions: plan.actions.filter((action) => action.symbol === symbol),
    instrumentClass: classOf(instrument),
    ...(instrument?.listed === undefined ? {} : { listed: instrument.listed }),
  };
}
