import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Interval } from '../../shared/contracts/time.ts';
import { intervalOfGap, usualGapMs } from '../../shared/domain/market/calendar/interval.ts';
import type { Receipt } from '../../shared/runtime/bars/bar-receipt.ts';
import type { Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import { findBarFiles, type SymbolFiles } from '../../shared/runtime/sources/csv-tree.ts';
import { readBarsCsv } from '../../shared/runtime/sources/csv.ts';
import type { World } from '../../shared/runtime/world.ts';
import { refusedSymbol, type ImportReport, type SymbolImport } from './import-report.ts';
import { importSymbol } from './import-symbol.ts';

/** Which CSV files to bring in. */
export interface CsvRequest {
  readonly path: string;
  /** Read off the files where absent. */
  readonly interval?: Interval;
  readonly adjustment: Adjustment;
  /** Symbols to bring in, by their current tickers; all where absent. */
  readonly symbols?: readonly string[];
}

/**
 * Brings CSV trees in: a symbol with one bad row not at all, the others whole.
 *
 * @throws InputError if there are no bars under the path, or the interval cannot be told
 */
export async function importCsv(
  world: Pick<World, 'bars' | 'calendar' | 'instruments'>,
  request: CsvRequest,
  receipt: Receipt,
  tell: (symbol: SymbolImport) => void,
): Promise<ImportReport> {
  const { adjustment, symbols: wanted } = request;
  const isWanted = (symbol: string): boolean =>
    wanted?.includes(world.instruments.current(symbol)) ?? true;
  const tree = await findBarFiles(request.path);
  const interval = request.interval ?? (await intervalOf(tree.symbols, request.path));
  const symbols: SymbolImport[] = [];
  const add = (symbol: SymbolImport): void => {
    symbols.push(symbol);
    tell(symbol);
  };
  for (const file of tree.misnamed) {
    const message = 'the name is no symbol\'s or day\'s; expected one like "RELIANCE.csv"';
    add(refusedSymbol(path.basename(file, '.csv'), 0, [{ file, line: 1, message }]));
  }
  for (const files of tree.symbols)
    if (isWanted(files.symbol) && (files.interval ?? interval) === interval)
      add(await importSymbol(world, files, { interval, source: 'csv', adjustment }, receipt));
  if (symbols.length === 0)
    throw new InputError(
      `"${request.path}" holds no bars of interval "${interval}"` +
        (wanted === undefined ? '' : ` of "${wanted.join('", "')}"`),
    );
  return { interval, symbols };
}

/** Files without an interval whose first fault is told. */
const toldFaults = 3;

/** The interval of all files: as their folders say, else read off the first that tells. */
async function intervalOf(symbols: readonly SymbolFiles[], root: string): Promise<Interval> {
  const named = new Set(symbols.flatMap(({ interval }) => interval ?? []));
  const [only, other] = named;
  if (other !== undefined)
    throw new InputError(
      `"${root}" holds bars of "${[...named].join('" and "')}"; name one with --interval`,
    );
  if (only !== undefined) return only;
  const unread: string[] = [];
  for (const { files } of symbols) {
    const { ts, faults } = await readBarsCsv(files);
    for (const { file, line, message } of faults.slice(0, 1))
      unread.push(`${file}:${line}: ${message}`);
    const gap = usualGapMs(ts);
    const interval = gap === undefined ? undefined : intervalOfGap(gap);
    if (interval !== undefined) return interval;
  }
  throw new InputError(
    `no file of "${root}" has bars a day, five minutes or one minute apart; ` +
      `look at the files, or name their interval with --interval` +
      unread
        .slice(0, toldFaults)
        .map((fault) => `\n  ${fault}`)
        .join(''),
  );
}
