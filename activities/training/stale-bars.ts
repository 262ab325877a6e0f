import type { EligibleWindow, Plan, PlannedAction } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import { marketOf } from '../../shared/runtime/reference/market-moves.ts';
import { symbolActions } from '../../shared/runtime/reference/symbol-actions.ts';
import type { World } from '../../shared/runtime/world.ts';

/** A window as it is read behind the span it was planned for. */
export interface Reread {
  /** With every confirmed action of its symbols: the plan pins those of planned spans. */
  readonly plan: Plan;
  /** Each symbol is read up to the first gap that nobody has explained. */
  readonly window: EligibleWindow;
  readonly readToOf: (symbol: string) => { readonly readTo?: TradingDay };
}

/**
 * Finds out what a window's bars are read with, and how far, where it serves a span that it was not
 * planned for.
 *
 * @throws DataError if bars or actions are damaged
 */
export async function planRereadFor(
  world: World,
  plan: Plan,
  window: EligibleWindow,
): Promise<Reread> {
  const table = await world.actions.table();
  const market = marketOf(world.bars, world.instruments, plan.asOf);
  const actions: PlannedAction[] = [];
  const gaps = new Map<string, TradingDay>();
  for (const symbol of window.members?.map((member) => member.symbol) ?? [window.symbol]) {
    const series = plan.series.find((one) => one.symbol === symbol);
    if (series === undefined) continue;
    const bars = await barsUntil(world.bars, series, plan.asOf);
    const known = await symbolActions(bars, series.adjustment, table, market);
    actions.push(...known.actions);
    const gap = known.unconfirmed.find(({ exDate }) => exDate >= window.from);
    if (gap !== undefined) gaps.set(symbol, gap.exDate);
  }
  const readToOf = (symbol: string): { readonly readTo?: TradingDay } => {
    const readTo = gaps.get(symbol);
    return readTo === undefined ? {} : { readTo };
  };
  return {
    plan: { ...plan, actions },
    window: {
      ...window,
      ...readToOf(window.symbol),
      ...(window.members && {
        members: window.members.map((member) => ({ ...member, ...readToOf(member.symbol) })),
      }),
    },
    readToOf,
  };
}
