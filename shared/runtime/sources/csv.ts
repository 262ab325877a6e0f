import { CsvError, parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import { columnsOf } from '../../domain/market/bars/merged-bars.ts';
import { stampReader } from '../exchange-time.ts';
import { codeOf } from '../files/files.ts';
import type { BarFile } from './csv-tree.ts';

/** What is wrong with a file, and on which line. */
export interface FileFault {
  readonly file: string;
  /** From 1; the header's where the file as a whole is meant. */
  readonly line: number;
  readonly message: string;
}

/** Bars as text gave them: numbers, and nothing more is known of them. */
export interface CsvBars extends Omit<Bars, 'symbol' | 'interval'> {
  /** Where row `row` was written. */
  at(row: number): Omit<FileFault, 'message'>;
  /** Rows that are no numbers, and files that are no bars; none of them is in the columns. */
  readonly faults: readonly FileFault[];
}

type Named<T> = Record<(typeof barColumns)[number], T>;

/**
 * Reads bars from CSV files, one after the other.
 *
 * The header names the columns in any order, `ts` or `timestamp` for the time; others are passed
 * over. A time without an offset is the exchange's.
 *
 * @returns the rows that can be read; faults come back as values, all of them
 */
export async function readBarsCsv(files: readonly BarFile[]): Promise<CsvBars> {
  const columns: Named<number[]> = columnsOf(() => []);
  const faults: FileFault[] = [];
  const fileOf: number[] = [];
  const lineOf: number[] = [];
  for (const [index, file] of files.entries()) {
    const before = columns.ts.length + faults.length;
    const fault = (line: number, message: string): void => {
      faults.push({ file: file.path, line, message });
    };
    const text = await readFile(file.path, 'utf8').catch((error: unknown) => {
      fault(1, `the file cannot be read ("${codeOf(error)}")`);
      return undefined;
    });
    if (text === undefined) continue;
    readRows(text, file, fault, (line, values) => {
      for (const name of barColumns) columns[name].push(values[name]);
      fileOf.push(index);
      lineOf.push(line);
    });
    if (columns.ts.length + faults.length === before) fault(1, 'the file holds no bars');
  }
  return {
    ...columnsOf((name) => Float64Array.from(columns[name])),
    at: (row) => ({ file: files[fileOf[row]].path, line: lineOf[row] }),
    faults,
  };
}

function readRows(
  text: string,
  file: BarFile,
  fault: (line: number, message: string) => void,
  take: (line: number, values: Named<number>) => void,
): void {
  const readStamp = stampReader();
  const values: Named<number> = columnsOf(() => 0);
  let header: readonly string[] | undefined;
  let places: Named<number> | undefined;
  const onRecord = (record: readonly string[], { lines }: { readonly lines: number }): null => {
    if (header === undefined) {
      header = record.map((name) => name.toLowerCase());
      places = placesIn(header, (message) => fault(lines, message));
      return null;
    }
    if (places === undefined) return null;
    const wrong =
      record.length === header.length
        ? rowFault(record, places, readStamp, values)
        : `the header has "${header.length}" fields, this row "${record.length}"`;
    if (wrong !== undefined) fault(lines, wrong);
    else if (file.day !== undefined && dayOf(values.ts) !== file.day)
      fault(lines, `the bar is of "${dayOf(values.ts)}", the file of "${file.day}"`);
    else take(lines, values);
    return null;
  };
  try {
    parse(text, {
      bom: true,
      trim: true,
      skip_empty_lines: true,
      relax_column_count: true,
      on_record: onRecord,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    fault(Number(error.lines ?? 1), `the line cannot be told apart into fields: ${error.message}`);
  }
}

/** Where each column stands; undefined, with a fault told, where one is missing or comes twice. */
function placesIn(
  header: readonly string[],
  fault: (message: string) => void,
): Named<number> | undefined {
  const namesOf = (column: string): string[] => (column === 'ts' ? ['ts', 'timestamp'] : [column]);
  const found = columnsOf((column) =>
    header.flatMap((name, place) => (namesOf(column).includes(name) ? [place] : [])),
  );
  const missing = barColumns.filter((name) => found[name].length === 0);
  const twice = barColumns.filter((name) => found[name].length > 1);
  if (missing.length > 0) fault(`the header lacks "${missing.join('", "')}"`);
  if (twice.length > 0) fault(`the header names "${twice.join('", "')}" twice`);
  return missing.length + twice.length > 0 ? undefined : columnsOf((name) => found[name][0]);
}

/** Reads one row into `values`, or says why it cannot be read. */
function rowFault(
  record: readonly string[],
  places: Named<number>,
  readStamp: (text: string) => number | undefined,
  values: Named<number>,
): string | undefined {
  for (const name of barColumns) {
    const text = record[places[name]];
    const value = name === 'ts' ? readStamp(text) : numberOf(text);
    if (value === undefined)
      return name === 'ts'
        ? `"${text}" is no time; expected one like "2024-01-01T09:15:00+05:30"`
        : `${name} "${text}" is not a number`;
    values[name] = value;
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}
