import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import type { FileFault } from '../../shared/runtime/sources/csv.ts';

/** How one symbol's files fared. */
export interface SymbolImport {
  /** The current ticker, under which the bars are stored. */
  readonly symbol: string;
  /** What the files call it, where that is a former ticker. */
  readonly formerly?: string;
  readonly outcome: 'imported' | 'unchanged' | 'refused';
  /** Bars in the files. */
  readonly rows: number;
  /** Days of the bars, half-open; absent where refused. */
  readonly from?: TradingDay;
  readonly to?: TradingDay;
  /** Rows of closing auctions, passed over: padding and the auction's print. */
  readonly auctionRows?: number;
  /** Rows of archives of the exchange set aside, each for its reason in `faults`; the others stand. */
  readonly quarantined?: number;
  /** Why it was refused: the first 20 a file, at most 100, and how many there are. */
  readonly faults?: readonly FileFault[];
  readonly faultCount?: number;
}

/** How one daily archive of the exchange fared. */
export interface ArchiveImport {
  /** Absent where the name says none. */
  readonly day?: TradingDay;
  /** Missing: a session of which the server has no archive. Not fetched: it would not say. */
  readonly outcome: 'read' | 'missing' | 'refused' | 'not-fetched';
  /** Why it was not read. */
  readonly fault?: FileFault;
}

/** What an import did. */
export interface ImportReport {
  readonly interval: Interval;
  readonly symbols: readonly SymbolImport[];
  /** Daily archives, in order of their days; absent where CSV trees were imported. */
  readonly archives?: readonly ArchiveImport[];
  /** Tickers in the archives that were not wanted. */
  readonly leftOut?: number;
}

/** Who is told on the way. */
export interface ImportListener {
  /** After each symbol. */
  symbol(symbol: SymbolImport): void;
  /** After each daily archive. */
  archive(archive: ArchiveImport): void;
}

/** A symbol that stays out, with its faults in the order of files and lines. */
export function refusedSymbol(
  symbol: string,
  rows: number,
  faults: readonly FileFault[],
): SymbolImport {
  return { symbol, outcome: 'refused', rows, ...toldFaults(faults) };
}

/** The faults that are told, in the order of files and lines, and how many there are. */
export function toldFaults(
  faults: readonly FileFault[],
): Required<Pick<SymbolImport, 'faults' | 'faultCount'>> {
  const inOrder = faults.toSorted((a, b) =>
    a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1,
  );
  const told = new Map<string, number>();
  const first = inOrder.filter(({ file }) => {
    const count = (told.get(file) ?? 0) + 1;
    told.set(file, count);
    return count <= 20;
  });
  return { faults: first.slice(0, 100), faultCount: faults.length };
}
