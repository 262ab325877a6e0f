import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { dayStart } from '../../domain/market/calendar/exchange-time.ts';
import { columnsOf } from '../../domain/market/bars/merged-bars.ts';
import type { Instruments } from '../reference/reference.ts';
import type { Bhavcopy, BhavcopyRow } from './bhavcopy.ts';
import type { FileFault } from './csv.ts';

/** The daily bars of one share out of many archives, in the order of the archives. */
export interface ShareBars {
  /** As received: nothing is believed yet. */
  readonly bars: Bars;
  /** Where the row of each time was written; the last one where there are several. */
  readonly places: ReadonlyMap<number, Omit<FileFault, 'message'>>;
}

/** Symbols, all that are traded, or those the project knows. */
export type WantedShares = readonly string[] | 'all' | 'known';

/** Shares put together from archives, a day each. */
export interface Shares {
  add(archive: string, bhavcopy: Bhavcopy): void;
  /** In order of the alphabet. */
  all(): Iterable<ShareBars>;
  /** Tickers that were not wanted. */
  readonly leftOut: ReadonlySet<string>;
}

/**
 * Makes an empty collection of shares.
 *
 * A row belongs to the instrument that has or had its ISIN, whatever it was called then, else to the
 * one that had its ticker that day.
 */
export function openShares(instruments: Instruments, wanted: WantedShares): Shares {
  const named = new Set(Array.isArray(wanted) ? wanted : []);
  const isWanted = (symbol: string): boolean =>
    wanted === 'all' ||
    (wanted === 'known' ? instruments.find(symbol) !== undefined : named.has(symbol));
  const shares = new Map<string, Collected>();
  const leftOut = new Set<string>();
  return {
    leftOut,
    add(archive, { day, rows }) {
      const ts = dayStart(day);
      for (const row of rows) {
        const symbol = instruments.byIsin(row.isin)?.symbol ?? instruments.current(row.ticker, day);
        if (isWanted(symbol)) {
          const share = shares.get(symbol) ?? collected();
          shares.set(symbol, share);
          addRow(share, archive, ts, row);
        } else leftOut.add(row.ticker);
      }
    },
    *all() {
      for (const [symbol, share] of [...shares].sort(([a], [b]) => (a < b ? -1 : 1)))
        yield {
          bars: { symbol, interval: '1d', ...columnsOf((name) => Float64Array.from(share[name])) },
          places: share.places,
        };
    },
  };
}

interface Collected extends Record<(typeof barColumns)[number], number[]> {
  readonly places: Map<number, Omit<FileFault, 'message'>>;
}

function collected(): Collected {
  return { ...columnsOf((): number[] => []), places: new Map() };
}

function addRow(share: Collected, file: string, ts: number, row: BhavcopyRow): void {
  for (const name of barColumns) share[name].push(name === 'ts' ? ts : row[name]);
  share.places.set(ts, { file, line: row.line });
}
