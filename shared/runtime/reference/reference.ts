import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { calendarOf, type Calendar } from '../../domain/market/calendar/calendar.ts';
import {
  instrumentsOf,
  type Instruments,
} from '../../domain/market/instruments/instrument-lookup.ts';
import type { Instrument } from '../../domain/market/instruments/instruments.ts';
import { withOverlay } from './instrument-overlay.ts';
import {
  closureTable,
  formerIsinTable,
  instrumentTable,
  membershipTable,
  renameTable,
  sessionTable,
} from './reference-rows.ts';
import { checkUnique, readTable, type InstrumentTables, type Placed } from './reference-table.ts';

export type { Instruments };

/** Facts of the exchange that the project carries, and what a data root adds to them. */
export interface Reference {
  readonly calendar: Calendar;
  readonly instruments: Instruments;
}

/** Where the facts lie that the project carries. */
export const carriedReference = fileURLToPath(new URL('../../../data/reference/', import.meta.url));

/**
 * Reads the facts in `data/reference/`.
 *
 * @param folder - another folder with files of these names
 * @param overlay - a file of `instruments import` whose rows stand before those of the folder;
 *   changes nothing where there is none
 * @throws DataError naming file and line, if a row is not what its column says, or two contradict
 */
export async function readReference(
  folder: string = carriedReference,
  overlay?: string,
): Promise<Reference> {
  const sessions = await readTable(path.join(folder, 'nse-sessions.csv'), sessionTable);
  const closures = await readTable(path.join(folder, 'nse-holidays.csv'), closureTable);
  const tables: InstrumentTables = {
    instruments: await readTable(path.join(folder, 'instruments.csv'), instrumentTable),
    renames: await readTable(path.join(folder, 'renames.csv'), renameTable),
    formerIsins: await readTable(path.join(folder, 'former-isins.csv'), formerIsinTable),
    memberships: await readTable(path.join(folder, 'membership.csv'), membershipTable),
  };
  return {
    calendar: calendarOf(
      sessions.map(({ row }) => row),
      new Map<TradingDay, string>(closures.map(({ row }) => row)),
    ),
    instruments: lookUp(overlay === undefined ? tables : await withOverlay(tables, overlay)),
  };
}

/** Joins the tables. */
function lookUp({ instruments, renames, formerIsins, memberships }: InstrumentTables): Instruments {
  checkUnique('symbol', instruments, ({ symbol }) => symbol);
  checkUnique('ISEC code', instruments, ({ isecCode }) => isecCode);
  checkUnique('ISIN', instruments, ({ isin }) => isin);
  checkUnique('former ticker', renames, ({ formerly }) => formerly);
  checkUnique(
    'member',
    memberships,
    ({ universe, symbol, asOf }) => `${universe} ${asOf} ${symbol}`,
  );
  const known = new Set(instruments.map(({ row }) => row.symbol));
  for (const { row, place } of [...renames, ...formerIsins, ...memberships])
    if (!known.has(row.symbol))
      throw new DataError(`${place}: symbol "${row.symbol}" is no instrument's current ticker`);
  const formerly = groupedBy(renames);
  const isins = groupedBy(formerIsins);
  return instrumentsOf(
    instruments.map(({ row }): Instrument => ({
      ...row,
      formerly: (formerly.get(row.symbol) ?? []).map((former) => ({
        symbol: former.formerly,
        until: former.until,
      })),
      formerIsins: (isins.get(row.symbol) ?? []).map(({ isin, faceValue, until }) => ({
        isin,
        faceValue,
        until,
      })),
    })),
    memberships.map(({ row }) => row),
  );
}

/** Rows of each symbol, by the day until which they held. */
function groupedBy<Row extends { readonly symbol: string; readonly until: TradingDay }>(
  rows: readonly Placed<Row>[],
): ReadonlyMap<string, readonly Row[]> {
  const groups = new Map<string, Row[]>();
  for (const { row } of rows.toSorted((a, b) => (a.row.until < b.row.until ? -1 : 1)))
    groups.set(row.symbol, [...(groups.get(row.symbol) ?? []), row]);
  return groups;
}
