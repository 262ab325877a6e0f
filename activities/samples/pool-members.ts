import type { TrainRequest } from '../../shared/contracts/plan.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import { digestOf } from '../../shared/runtime/files/digest.ts';
import type { World } from '../../shared/runtime/world.ts';
import { chosenSymbols } from './chosen-symbols.ts';

/** Who is pooled. */
export interface Pool {
  /** `nifty100`, `all`, or `list-<8 hex>` of symbols that were named. */
  readonly universe: string;
  /** Whoever is a member in some window, in order of the alphabet. */
  readonly symbols: readonly string[];
  readonly isMember: (symbol: string, day: TradingDay) => boolean;
}

/**
 * The universe a request means: a dated one by its name, else the symbols it chooses.
 *
 * @throws InputError if no such universe is known, or a symbol is unknown
 */
export async function poolOf(
  world: Pick<World, 'bars' | 'instruments'>,
  request: TrainRequest,
  grid: readonly GridWindow[],
): Promise<Pool> {
  const { universe } = request;
  if (universe === undefined) {
    const symbols = await chosenSymbols(world, request);
    const name = request.symbols === 'all' ? 'all' : `list-${digestOf(symbols).slice(0, 8)}`;
    return { universe: name, symbols, isMember: () => true };
  }
  const months = new Map<string, ReadonlySet<string>>();
  const membersOn = (day: TradingDay): ReadonlySet<string> => {
    const found = months.get(day) ?? new Set(world.instruments.members(universe, day).symbols);
    months.set(day, found);
    return found;
  };
  const days = grid.map(({ decisionDay, to }) => decisionDay ?? to);
  return {
    universe,
    symbols: [...new Set(days.flatMap((day) => [...membersOn(day)]))].toSorted(),
    isMember: (symbol, day) => membersOn(day).has(symbol),
  };
}
