import { InputError } from '../../shared/contracts/errors.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { firstAtOrAfter, sliceBars } from '../../shared/domain/market/bars/bars.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import { meantWords } from '../../shared/domain/market/instruments/instruments.ts';
import { writeDayFiles } from '../../shared/runtime/sources/day-files.ts';
import type { World } from '../../shared/runtime/world.ts';

/** Which bars to write for other tools, and where. */
export interface BarsExportRequest {
  readonly interval: Interval;
  readonly folder: string;
  /** Former tickers mean the current ones. */
  readonly symbols: 'all' | readonly string[];
  /** Days, half-open; all there are where absent. */
  readonly from?: TradingDay;
  readonly to?: TradingDay;
}

/** One symbol's files. */
export interface SymbolExport {
  readonly symbol: string;
  /** Whose bars: the symbol's preferred series, `<source>-<adjustment>`. */
  readonly series: string;
  readonly bars: number;
  readonly files: number;
}

/** What was written. */
export interface BarsExport {
  readonly interval: Interval;
  readonly folder: string;
  readonly symbols: readonly SymbolExport[];
}

/**
 * Writes bars as the predecessor's tree, `SYMBOL/<1day|5minute|1minute>/YYYY-MM-DD.csv`, which an
 * import reads back to the same bars. Safe to repeat: equal bars give equal files; days that have no
 * bars any more keep the files they had.
 *
 * @param tell - is called after each symbol
 * @throws InputError if a symbol has no bars in the span, or the folder may not be written
 * @throws DataError if bars are damaged
 * @throws LaneError if the disk is full; the symbols told so far are written
 */
export async function exportBars(
  { bars: store, instruments }: Pick<World, 'bars' | 'instruments'>,
  request: BarsExportRequest,
  tell: (symbol: SymbolExport) => void = () => {},
): Promise<BarsExport> {
  const { interval, folder, from, to } = request;
  const onDisk = await store.symbols(interval);
  const asked = request.symbols === 'all' ? onDisk : request.symbols;
  const meant = [...new Set(asked.map((symbol) => instruments.current(symbol)))];
  const missing = meant.filter((symbol) => !onDisk.includes(symbol));
  if (missing.length > 0 || meant.length === 0) {
    const near = missing.flatMap((symbol) => instruments.nearest(symbol, onDisk));
    throw new InputError(
      `there are no bars of interval "${interval}"` +
        (missing.length > 0 ? ` of "${missing.join('", "')}"` : '') +
        (meantWords(near.filter((symbol) => onDisk.includes(symbol))) ||
          '; see: sensequant coverage'),
    );
  }
  const symbols: SymbolExport[] = [];
  for (const symbol of meant) {
    const pin = await store.series(symbol, interval);
    if (pin === undefined) continue;
    const all = await store.read(pin);
    const start = from === undefined ? 0 : firstAtOrAfter(all, dayStart(from));
    const end = to === undefined ? all.ts.length : firstAtOrAfter(all, dayStart(to));
    if (start >= end) continue;
    const files = await writeDayFiles(folder, sliceBars(all, start, end));
    const written = { symbol, series: pin.series, bars: end - start, files };
    symbols.push(written);
    tell(written);
  }
  if (symbols.length === 0)
    throw new InputError(
      `no bars of interval "${interval}" lie in the span; see: sensequant coverage`,
    );
  return { interval, folder, symbols };
}
