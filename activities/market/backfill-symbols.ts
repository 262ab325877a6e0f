import { InputError } from '../../shared/contracts/errors.ts';
import type { BackfillRequest } from '../../shared/contracts/backfill.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { Instruments } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { meantWords, type Instrument } from '../../shared/domain/market/instruments/instruments.ts';

/**
 * The instruments that a backfill means, in order of the alphabet: every equity, the members of a
 * universe, or those named, under former tickers too.
 *
 * @throws InputError naming every symbol that no instrument has, with those that may be meant
 */
export function backfillSymbols(
  instruments: Instruments,
  asked: BackfillRequest['symbols'],
  day: TradingDay,
): readonly Instrument[] {
  if (asked === 'all') return instruments.all.filter(({ kind }) => kind === 'equity');
  const symbols =
    typeof asked === 'string'
      ? instruments.members(asked, day).symbols
      : [...new Set(asked.map((symbol) => instruments.current(symbol)))].toSorted();
  const faults = symbols.flatMap((symbol) => {
    if (instruments.find(symbol) !== undefined) return [];
    const meant = meantWords(instruments.nearest(symbol));
    return [`"${symbol}" is no instrument that the project knows${meant}`];
  });
  if (faults.length > 0) throw new InputError(faults.join('\n'));
  return symbols.flatMap((symbol) => instruments.find(symbol) ?? []);
}
