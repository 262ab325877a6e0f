import path from 'node:path';
import { InputError } from '../../shared/contracts/errors.ts';
import type { Interval } from '../../shared/contracts/time.ts';
import { intervalOfGap, usualGapMs } from '../../shared/domain/market/interval.ts';
import type { Adjustment } from '../../shared/runtime/bar-store.ts';
import { findBarFiles, type SymbolFiles } from '../../shared/runtime/sources/csv-tree.ts';
import { readBarsCsv } from '../../shared/runtime/sources/csv.ts';
import type { World } from '../../shared/runtime/world.ts';
import { importSymbol, refusedSymbol, type SymbolImport } from './import-symbol.ts';

export type { SymbolImport };

/** Which files to bring in, and what is known of them. */
export interface ImportRequest {
  /** A folder of `SYMBOL.csv` or of the predecessor's tree, or one such file. */
  readonly path: string;
  /** Read off the files where absent. */
  readonly interval?: Interval;
  readonly adjustment: Adjustment;
  readonly source: 'csv';
}

/** What an import did. */
export interface ImportReport {
  readonly interval: Interval;
  readonly symbols: readonly SymbolImport[];
}

/**
 * Brings bars of CSV files into the store.
 *
 * A symbol with one bad row is not imported at all; the others are. Safe to repeat and to run
 * twice at once: what is known already changes nothing.
 *
 * @param tell - is called after each symbol
 * @throws InputError if there are no bars under the path, or the interval cannot be told
 * @throws LaneError if the disk is full; the symbols told so far are imported
 */
export async function importBars(
  world: Pick<World, 'bars' | 'calendar'>,
  request: ImportRequest,
  tell: (symbol: SymbolImport) => void = () => {},
): Promise<ImportReport> {
  const { source, adjustment } = request;
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
    if (files.interval === undefined || files.interval === interval)
      add(await importSymbol(world, files, { interval, source, adjustment }));
  if (symbols.length === 0)
    throw new InputError(`"${request.path}" holds no bars of interval "${interval}"`);
  return { interval, symbols };
}

/** The interval of all files: as their folders say, else read off the first that tells. */
async function intervalOf(symbols: readonly SymbolFiles[], root: string): Promise<Interval> {
  const named = new Set(symbols.flatMap(({ interval }) => interval ?? []));
  const [only, other] = named;
  if (other !== undefined)
    throw new InputError(
      `"${root}" holds bars of "${[...named].join('" and "')}"; name one with --interval`,
    );
  if (only !== undefined) return only;
  for (const { files } of symbols) {
    const gap = usualGapMs((await readBarsCsv(files)).ts);
    const interval = gap === undefined ? undefined : intervalOfGap(gap);
    if (interval !== undefined) return interval;
  }
  throw new InputError(
    `no file of "${root}" has bars a day, five minutes or one minute apart; ` +
      `look at the files, or name their interval with --interval`,
  );
}
