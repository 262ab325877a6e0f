import type { PlannedAction, PlannedSeries, TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import type { PoolCandidate } from '../../shared/domain/samples/pooled-decisions.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import { barsUntil } from '../../shared/runtime/bars/bars-until.ts';
import { marketOf } from '../../shared/runtime/reference/market-moves.ts';
import { noEvidence } from '../../shared/runtime/reference/reconciled.ts';
import { symbolActions } from '../../shared/runtime/reference/symbol-actions.ts';
import type { World } from '../../shared/runtime/world.ts';
import { chosenSeries, dueSpan } from './chosen-series.ts';

/** What a plan knows of a symbol. */
export interface PlannedSymbol extends PoolCandidate {
  readonly actions: readonly PlannedAction[];
  /** The series its bars are read from; absent where there are none. */
  readonly pin?: PlannedSeries;
}

/** What decides which series a plan reads, and how far. */
export interface MarketQuery {
  readonly asOf: TradingDay;
  readonly grid: readonly GridWindow[];
  /** Windows decided later are not due. */
  readonly dueUntil: TradingDay;
  readonly minimumCoverage: number;
}

/** Reads a symbol as a plan sees it, once each. */
export type PlanMarket = (symbol: string) => Promise<PlannedSymbol>;

/**
 * Opens what a plan reads of the market: bars up to the as-of day, actions, listings.
 *
 * @throws DataError if bars are damaged
 */
export async function planMarket(
  world: World,
  { interval }: TrainRequest,
  { asOf, grid, dueUntil, minimumCoverage }: MarketQuery,
): Promise<PlanMarket> {
  const table = await world.actions.table();
  const market = marketOf(world.bars, world.instruments, asOf);
  const known = new Map<string, Promise<PlannedSymbol>>();

  async function read(symbol: string): Promise<PlannedSymbol> {
    const instrument = world.instruments.find(symbol);
    const instrumentClass = classOf(instrument);
    const listed = instrument?.listed;
    const pin = await chosenSeries(world, {
      symbol,
      interval,
      ...dueSpan(grid, dueUntil, listed),
      instrumentClass,
      minimumCoverage,
    });
    const bars = pin && (await barsUntil(world.bars, pin, asOf));
    const { actions, unconfirmed } = await symbolActions(bars, pin?.adjustment, table, market);
    return {
      symbol,
      ...(pin
        ? { pin: { ...pin, ...(listed ? { listed } : {}), ...(await noEvidence(world.root, pin)) } }
        : {}),
      ...(bars ? { bars } : {}),
      ...(listed ? { listed } : {}),
      actions,
      unconfirmed,
      instrumentClass,
    };
  }

  return (symbol) => {
    const found = known.get(symbol) ?? read(symbol);
    known.set(symbol, found);
    return found;
  };
}
