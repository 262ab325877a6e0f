import { addDays, type TradingDay } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/exchange-time.ts';
import { intervalMs, intervalOfGap, usualGapMs } from '../../shared/domain/market/interval.ts';
import { judgedBars } from '../../shared/domain/market/received-bars.ts';
import type { BarSeries } from '../../shared/runtime/bar-store.ts';
import type { SymbolFiles } from '../../shared/runtime/sources/csv-tree.ts';
import { readBarsCsv, type FileFault } from '../../shared/runtime/sources/csv.ts';
import type { World } from '../../shared/runtime/world.ts';

/** How one symbol's files fared. */
export interface SymbolImport {
  readonly symbol: string;
  readonly outcome: 'imported' | 'unchanged' | 'refused';
  /** Bars in the files. */
  readonly rows: number;
  /** Days of the bars, half-open; absent where refused. */
  readonly from?: TradingDay;
  readonly to?: TradingDay;
  /** Rows of closing auctions, passed over: padding and the auction's print. */
  readonly auctionRows?: number;
  /** Why it was refused: the first 20 a file, at most 100, and how many there are. */
  readonly faults?: readonly FileFault[];
  readonly faultCount?: number;
}

/** Brings in one symbol's files, whole or, for a single bad row, not at all. */
export async function importSymbol(
  { bars: store, calendar }: Pick<World, 'bars' | 'calendar'>,
  { symbol, files, interval: named }: SymbolFiles,
  series: Omit<BarSeries, 'symbol'>,
): Promise<SymbolImport> {
  const { interval } = series;
  const read = await readBarsCsv(files);
  const rows = read.ts.length + read.faults.length;
  const whole = (message: string): SymbolImport =>
    refusedSymbol(symbol, rows, [{ file: files[0].path, line: 1, message }]);

  const gap = usualGapMs(read.ts);
  if (named === undefined && gap !== undefined && intervalOfGap(gap) !== interval)
    return whole(
      `most bars lie "${gap / intervalMs['1m']}" minutes apart; expected bars of "${interval}"`,
    );
  const { bars, faults, auctionRows } = judgedBars({ ...read, symbol, interval }, calendar);
  const all = [...read.faults, ...faults.map(({ row, message }) => ({ ...read.at(row), message }))];
  if (all.length > 0) return refusedSymbol(symbol, rows, all);
  const n = bars.ts.length;
  if (n === 0) return whole('the file holds no bars of continuous trading');

  const { added, changed } = await store.append({ ...series, symbol }, bars);
  return {
    symbol,
    outcome: added + changed > 0 ? 'imported' : 'unchanged',
    rows,
    from: dayOf(bars.ts[0]),
    to: addDays(dayOf(bars.ts[n - 1]), 1),
    ...(auctionRows > 0 ? { auctionRows } : {}),
  };
}

/** A symbol that stays out, with its faults in the order of files and lines. */
export function refusedSymbol(
  symbol: string,
  rows: number,
  faults: readonly FileFault[],
): SymbolImport {
  const inOrder = faults.toSorted((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
  const told = new Map<string, number>();
  const first = inOrder.filter(({ file }) => {
    const count = (told.get(file) ?? 0) + 1;
    told.set(file, count);
    return count <= 20;
  });
  const faultCount = faults.length;
  return { symbol, outcome: 'refused', rows, faults: first.slice(0, 100), faultCount };
}
