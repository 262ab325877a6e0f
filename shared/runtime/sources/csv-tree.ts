import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError, InvariantError } from '../../contracts/errors.ts';
import { isTradingDay, type Interval, type TradingDay } from '../../contracts/time.ts';
import { isSymbol } from '../../domain/market/instruments/instruments.ts';
import { codeOf } from '../files/files.ts';

/** One CSV file of bars. */
export interface BarFile {
  readonly path: string;
  /** The only day it may hold, where its name is one. */
  readonly day?: TradingDay;
}

/** The files of one symbol, in order of time. */
export interface SymbolFiles {
  readonly symbol: string;
  /** Where the folder says it. */
  readonly interval?: Interval;
  readonly files: readonly BarFile[];
}

/** What a folder holds. */
export interface BarTree {
  readonly symbols: readonly SymbolFiles[];
  /** CSV files whose names are no symbol's or no day's. */
  readonly misnamed: readonly string[];
}

/** The predecessor's words for intervals. */
const foreignIntervals: Readonly<Record<string, Interval>> = {
  '1day': '1d',
  '5minute': '5m',
  '1minute': '1m',
};

/** The predecessor's word for an interval. */
export function foreignInterval(interval: Interval): string {
  const [word] = Object.entries(foreignIntervals).find(([, ours]) => ours === interval) ?? [];
  if (word === undefined) throw new InvariantError(`interval "${interval}" has no foreign word`);
  return word;
}

/**
 * Finds the CSV files under a path: `SYMBOL.csv` side by side, the predecessor's
 * `SYMBOL/<1day|5minute|1minute>/YYYY-MM-DD.csv`, or a single `SYMBOL.csv`.
 *
 * @throws InputError if there is no such path, nothing in it has the form of bars, or a symbol
 *   comes in both forms
 */
export async function findBarFiles(root: string): Promise<BarTree> {
  const found = await stat(root).catch(() => undefined);
  if (found === undefined)
    throw new InputError(`there is no "${root}"; name a folder of CSV files`);
  const names = found.isDirectory() ? await entries(root) : [path.basename(root)];
  const folder = found.isDirectory() ? root : path.dirname(root);
  const symbols: SymbolFiles[] = [];
  const misnamed: string[] = [];
  for (const name of names) {
    const place = path.join(folder, name);
    if (name.endsWith('.csv')) {
      const symbol = name.slice(0, -'.csv'.length);
      if (isSymbol(symbol)) symbols.push({ symbol, files: [{ path: place }] });
      else misnamed.push(place);
    } else if (isSymbol(name)) symbols.push(...(await dayFiles(name, place, misnamed)));
  }
  if (symbols.length === 0 && misnamed.length === 0)
    throw new InputError(
      `"${root}" holds no bars; expected "SYMBOL.csv" or "SYMBOL/1day/YYYY-MM-DD.csv" in it`,
    );
  const twice = symbols.find(
    ({ symbol, interval }) =>
      interval === undefined &&
      symbols.some((other) => other.symbol === symbol && other.interval !== undefined),
  )?.symbol;
  if (twice !== undefined)
    throw new InputError(`"${root}" holds "${twice}.csv" and a folder "${twice}"; remove one`);
  return { symbols, misnamed };
}

/** The predecessor's folders of one symbol. */
async function dayFiles(
  symbol: string,
  folder: string,
  misnamed: string[],
): Promise<SymbolFiles[]> {
  const symbols: SymbolFiles[] = [];
  for (const [name, interval] of Object.entries(foreignIntervals)) {
    const files: BarFile[] = [];
    for (const file of (await entries(path.join(folder, name))).filter((f) => f.endsWith('.csv'))) {
      const day = file.slice(0, -'.csv'.length);
      const place = path.join(folder, name, file);
      if (isTradingDay(day)) files.push({ path: place, day });
      else misnamed.push(place);
    }
    if (files.length > 0) symbols.push({ symbol, interval, files });
  }
  return symbols;
}

/** Names in a folder in order; none where it is no folder. Hidden files are nobody's bars. */
async function entries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw new InputError(`"${folder}" cannot be read ("${codeOf(error)}"); change its mode`);
  });
  return names.filter((name) => !name.startsWith('.')).sort();
}
