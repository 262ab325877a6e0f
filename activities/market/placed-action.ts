import type { TradingDay } from '../../shared/contracts/time.ts';
import { asSenseQuantError } from '../../shared/contracts/errors.ts';
import { unknownSymbol } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import type { World } from '../../shared/runtime/world.ts';

/** What it takes to say whether an action can be: bars and instruments know symbols, the calendar days. */
export type ActionWorld = Pick<World, 'actions' | 'bars' | 'calendar' | 'instruments'>;

/**
 * What is wrong with where an action is said to be, or nothing.
 *
 * @param onDisk - symbols that have daily bars
 * @returns one sentence a fault
 */
export function placeFaults(
  { calendar, instruments }: Pick<ActionWorld, 'calendar' | 'instruments'>,
  onDisk: readonly string[],
  symbol: string,
  exDate: TradingDay,
): string[] {
  const unknown = unknownSymbol(instruments, symbol, onDisk);
  const faults = unknown === undefined ? [] : [unknown];
  try {
    if (calendar.session(exDate) === undefined)
      faults.push(`an ex-date is a session; the exchange was closed on "${exDate}"`);
  } catch (error) {
    const outside = asSenseQuantError(error);
    if (outside === undefined) throw error;
    faults.push(outside.message);
  }
  return faults;
}
