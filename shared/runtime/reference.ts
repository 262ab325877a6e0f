import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DataError } from '../contracts/errors.ts';
import { isTradingDay, type TradingDay } from '../contracts/time.ts';
import {
  calendarOf,
  sessionTemplates,
  type Calendar,
  type SessionRow,
} from '../domain/market/calendar.ts';
import { isSymbol, nearestSymbols, type Instrument } from '../domain/market/instruments.ts';

/** What the exchange lists. */
export interface Instruments {
  readonly all: readonly Instrument[];
  find(symbol: string): Instrument | undefined;
  /** Symbols that somebody who wrote `name` may have meant, of these and of `others`. */
  nearest(name: string, others?: Iterable<string>): string[];
}

/** Facts of the exchange that the project carries. */
export interface Reference {
  readonly calendar: Calendar;
  readonly instruments: Instruments;
}

const carried = fileURLToPath(new URL('../../data/reference/', import.meta.url));

/**
 * Reads the facts in `data/reference/`.
 *
 * @param folder - another folder with files of these names
 * @throws DataError naming file and line, if a row is not what its column says
 */
export async function readReference(folder: string = carried): Promise<Reference> {
  const sessions = await readTable(path.join(folder, 'nse-sessions.csv'), sessionColumns, session);
  const listed = await readTable(
    path.join(folder, 'instruments.csv'),
    instrumentColumns,
    instrument,
  );
  return { calendar: calendarOf(sessions), instruments: instrumentsOf(listed) };
}

/**
 * Makes a look-up of instruments.
 *
 * @throws DataError if a symbol comes twice
 */
export function instrumentsOf(all: readonly Instrument[]): Instruments {
  const bySymbol = new Map<string, Instrument>();
  for (const one of all) {
    if (bySymbol.has(one.symbol))
      throw new DataError(`instrument "${one.symbol}" is listed twice; remove one`);
    bySymbol.set(one.symbol, one);
  }
  return {
    all,
    find: (symbol) => bySymbol.get(symbol),
    nearest: (name, others = []) => nearestSymbols(name, [...bySymbol.keys(), ...others]),
  };
}

const sessionColumns = ['date', 'template', 'open', 'close'] as const;

function session(row: Readonly<Record<(typeof sessionColumns)[number], string>>): SessionRow {
  const template = sessionTemplates.find((known) => known === row.template);
  if (template === undefined) throw new DataError(`template "${row.template}" is unknown`);
  return {
    day: day('date', row.date),
    template,
    open: minutes('open', row.open),
    close: minutes('close', row.close),
  };
}

const instrumentColumns = [
  'symbol',
  'kind',
  'name',
  'sector',
  'isin',
  'listed',
  'source',
  'as_of',
] as const;

function instrument(row: Readonly<Record<(typeof instrumentColumns)[number], string>>): Instrument {
  const { symbol, kind, name, sector, isin, listed, source } = row;
  if (!isSymbol(symbol)) throw new DataError(`symbol "${symbol}" cannot be one`);
  if (kind !== 'equity' && kind !== 'index')
    throw new DataError(`kind "${kind}" is neither "equity" nor "index"`);
  if (name === '' || source === '') throw new DataError('name and source may not be empty');
  if (isin !== '' && !/^IN[A-Z0-9]{9}\d$/.test(isin)) throw new DataError(`isin "${isin}" is none`);
  if (!/^\d{4}-(?:0[1-9]|1[0-2])$/.test(row.as_of))
    throw new DataError(`as_of "${row.as_of}" is no month "YYYY-MM"`);
  return {
    symbol,
    kind,
    name,
    ...(sector === '' ? {} : { sector }),
    ...(isin === '' ? {} : { isin }),
    ...(listed === '' ? {} : { listed: day('listed', listed) }),
    source,
    asOf: row.as_of,
  };
}

function day(column: string, text: string): TradingDay {
  if (isTradingDay(text)) return text;
  throw new DataError(`${column} "${text}" is no day "YYYY-MM-DD"`);
}

function minutes(column: string, text: string): number {
  const [, hour, minute] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
  if (hour === undefined) throw new DataError(`${column} "${text}" is no time "HH:MM"`);
  return Number(hour) * 60 + Number(minute);
}

async function readTable<Name extends string, Row>(
  file: string,
  columns: readonly Name[],
  rowOf: (row: Readonly<Record<Name, string>>) => Row,
): Promise<Row[]> {
  const rows: Row[] = [];
  const at = (line: number, what: string): DataError =>
    new DataError(`"${file}" line ${line}: ${what}`, { file, line });
  let header: string | undefined;
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new DataError(`"${file}" cannot be read; restore it`, { file }, { cause });
  });
  parse(text, {
    comment: '#',
    comment_no_infix: true,
    relax_column_count: true,
    skip_empty_lines: true,
    on_record: (record: readonly string[], { lines }) => {
      if (header === undefined) {
        header = record.join(',');
        const expected = columns.join(',');
        if (header !== expected) throw at(lines, `the header should be "${expected}"`);
        return null;
      }
      if (record.length !== columns.length)
        throw at(lines, `"${columns.length}" fields were expected, "${record.length}" found`);
      const named = Object.fromEntries(columns.map((name, j) => [name, record[j]]));
      try {
        rows.push(rowOf(named as Record<Name, string>));
      } catch (error) {
        throw error instanceof DataError ? at(lines, error.message) : error;
      }
      return null;
    },
  });
  return rows;
}
