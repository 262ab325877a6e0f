import { CsvError, parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { DataError } from '../../contracts/errors.ts';
import type { MembershipRow } from '../../domain/market/instruments/instrument-lookup.ts';
import { codeOf } from '../files/files.ts';
import type { FormerIsinRow, InstrumentRow, RenameRow, TableShape } from './reference-rows.ts';

/** A row, and where it was written, e.g. `"renames.csv" line 7`. */
export interface Placed<Row> {
  readonly row: Row;
  readonly place: string;
}

/** What is known of instruments, as tables. */
export interface InstrumentTables {
  readonly instruments: readonly Placed<InstrumentRow>[];
  readonly renames: readonly Placed<RenameRow>[];
  readonly formerIsins: readonly Placed<FormerIsinRow>[];
  readonly memberships: readonly Placed<MembershipRow>[];
}

/**
 * Reads a table of facts: comments with `#`, a header, rows of one line each.
 *
 * @throws DataError naming file and line, if the header is another or a row is not what its columns say
 */
export async function readTable<Name extends string, Row>(
  file: string,
  { columns, rowOf }: TableShape<Name, Row>,
): Promise<Placed<Row>[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const what = `"${file}" cannot be read ("${codeOf(cause)}"); restore it, or name another`;
    throw new DataError(what, { file }, { cause });
  });
  const rows: Placed<Row>[] = [];
  let isBelowHeader = false;
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line === '' || line.startsWith('#')) continue;
    try {
      const fields = fieldsOf(line);
      if (isBelowHeader)
        rows.push({
          row: rowOf(namedFields(columns, fields)),
          place: `"${file}" line ${index + 1}`,
        });
      else if (fields.join() !== columns.join())
        throw new DataError(`the header should be "${columns.join()}"; "${fields.join()}" found`);
      isBelowHeader = true;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      throw new DataError(`"${file}" line ${index + 1}: ${error.message}`, {
        file,
        line: index + 1,
      });
    }
  }
  if (!isBelowHeader)
    throw new DataError(`"${file}" is empty; expected the header "${columns.join()}"`, { file });
  return rows;
}

/** A line's fields. Few lines have quotes; the others are split in a twentieth of the time. */
function fieldsOf(line: string): readonly string[] {
  if (!line.includes('"')) return line.split(',');
  try {
    return parse(line)[0];
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(`fields cannot be told apart: ${error.message}`);
  }
}

function namedFields<Name extends string>(
  columns: readonly Name[],
  fields: readonly string[],
): Record<Name, string> {
  if (fields.length !== columns.length)
    throw new DataError(`"${columns.length}" fields were expected, "${fields.length}" found`);
  return Object.fromEntries(columns.map((name, j) => [name, fields[j]])) as Record<Name, string>;
}

/**
 * Checks that no two rows share a key.
 *
 * @param what - what the key is, e.g. `ISEC code`
 * @throws DataError naming both rows
 */
export function checkUnique<Row>(
  what: string,
  rows: readonly Placed<Row>[],
  keyOf: (row: Row) => string | undefined,
): void {
  const places = new Map<string, string>();
  for (const { row, place } of rows) {
    const key = keyOf(row);
    if (key === undefined) continue;
    const earlier = places.get(key);
    if (earlier !== undefined)
      throw new DataError(`${earlier} and ${place} both have ${what} "${key}"; remove one`);
    places.set(key, place);
  }
}
