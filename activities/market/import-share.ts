import { addDays, type EpochMs } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { meantWords } from '../../shared/domain/market/instruments/instruments.ts';
import { siftedBars } from '../../shared/domain/market/bars/sifted-bars.ts';
import type { Receipt } from '../../shared/runtime/bars/bar-receipt.ts';
import type { ShareBars } from '../../shared/runtime/sources/bhavcopy-shares.ts';
import type { World } from '../../shared/runtime/world.ts';
import { refusedSymbol, toldFaults, type SymbolImport } from './import-report.ts';

/**
 * Stores all days of one share at once. A row that is unsound is set aside with its reason; the
 * others are stored.
 */
export async function importShare(
  { bars: store, calendar }: Pick<World, 'bars' | 'calendar'>,
  { bars: received, places }: ShareBars,
  receipt: Receipt,
): Promise<SymbolImport> {
  const { symbol, ts } = received;
  // The exchange publishes a day's archive when the day is over.
  const { bars, quarantined } = siftedBars(received, calendar, Infinity as EpochMs);
  const result = await store.append(
    { symbol, interval: '1d', source: 'bhavcopy', adjustment: 'raw' },
    { bars, quarantined, answers: [] },
    receipt,
  );
  const faults = quarantined.map(({ ts: at, reason }) => {
    const { file, line } = places.get(at) ?? { file: '', line: 1 };
    return { file, line, message: reason };
  });
  return {
    symbol,
    outcome: result.added + result.changed + result.quarantined > 0 ? 'imported' : 'unchanged',
    rows: ts.length,
    from: dayOf(ts[0]),
    to: addDays(dayOf(ts[ts.length - 1]), 1),
    ...(faults.length === 0 ? {} : { quarantined: faults.length, ...toldFaults(faults) }),
  };
}

/** A symbol that was asked for and is in no archive, with those that may have been meant. */
export function missingShare(
  { instruments }: Pick<World, 'instruments'>,
  symbol: string,
  tickers: ReadonlySet<string>,
  file: string,
): SymbolImport {
  const nearest = instruments.nearest(symbol, tickers).filter((name) => name !== symbol);
  const message = `no share "${symbol}" is in the archives${meantWords(nearest)}`;
  return refusedSymbol(symbol, 0, [{ file, line: 1, message }]);
}
