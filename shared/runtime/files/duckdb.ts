import {
  DOUBLE,
  DuckDBDataChunk,
  DuckDBInstance,
  DuckDBTypeId,
  FLOAT,
  INTEGER,
  TINYINT,
  UTINYINT,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBMaterializedResult,
  type DuckDBType,
  type DuckDBVector,
} from '@duckdb/node-api';
import { open } from 'node:fs/promises';
import { DataError, InvariantError, LaneError } from '../../contracts/errors.ts';
import { codeOf } from './files.ts';

/** A column of a table: the array's kind is the Parquet type. */
export type Column = Float64Array | Float32Array | Int32Array | Int8Array | Uint8Array;

/** Columns of equal length by name, in their order. */
export type Columns = Readonly<Record<string, Column>>;

/** Words by row, few of them different. */
export interface TextColumn {
  readonly names: readonly string[];
  /** Indices into the names. */
  readonly of: Int32Array;
}

/** What can be written. */
type WritableColumns = Readonly<Record<string, Column | TextColumn>>;

interface ColumnKind {
  readonly type: DuckDBType;
  readonly holds: (column: Column) => boolean;
  readonly make: (n: number) => Column;
}

const kinds: readonly ColumnKind[] = [
  { type: DOUBLE, holds: (c) => c instanceof Float64Array, make: (n) => new Float64Array(n) },
  { type: FLOAT, holds: (c) => c instanceof Float32Array, make: (n) => new Float32Array(n) },
  { type: INTEGER, holds: (c) => c instanceof Int32Array, make: (n) => new Int32Array(n) },
  { type: TINYINT, holds: (c) => c instanceof Int8Array, make: (n) => new Int8Array(n) },
  { type: UTINYINT, holds: (c) => c instanceof Uint8Array, make: (n) => new Uint8Array(n) },
];

/** Rows in one vector of DuckDB. */
const chunkRows = 2048;

/**
 * Writes columns as a Parquet file, zstd, one row group up to a million rows. Equal columns give
 * equal bytes. The file is written in place and synced: give it a name nobody reads yet.
 *
 * @throws InvariantError if there are no columns or their lengths differ
 * @throws LaneError if the disk is full
 */
export async function writeParquet(file: string, columns: WritableColumns): Promise<void> {
  const names = Object.keys(columns);
  const n = names.length === 0 ? 0 : lengthOf(columns[names[0]]);
  const uneven = names.find((name) => lengthOf(columns[name]) !== n);
  if (names.length === 0) throw new InvariantError(`"${file}" needs a column`);
  if (uneven !== undefined)
    throw new InvariantError(
      `column "${uneven}" of "${file}" has "${lengthOf(columns[uneven])}" rows, others "${n}"`,
    );
  const types = names.map((name) => typeOf(columns[name]));
  const table = names.map((name, j) => `${quotedName(name)} ${types[j].toString()}`).join(', ');
  await connected(file, 'write', async (connection) => {
    await connection.run(`CREATE TEMP TABLE columns (${table})`);
    const appender = await connection.createAppender('columns');
    for (let start = 0; start < n; start += chunkRows) {
      const rows = Math.min(chunkRows, n - start);
      const chunk = DuckDBDataChunk.create(types, rows);
      names.forEach((name, j) => {
        const vector = chunk.getColumnVector(j);
        const itemAt = itemsOf(columns[name]);
        for (let i = 0; i < rows; i++) vector.setItem(i, itemAt(start + i));
        vector.flush();
      });
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    await connection.run(
      `COPY columns TO ${quotedText(file)} ` +
        `(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1048576, USE_TMP_FILE false)`,
    );
    const handle = await open(file, 'r+');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/**
 * Reads columns of a Parquet file.
 *
 * @param names - which, in their order; all of them where absent
 * @throws DataError if the file is missing, damaged, or holds anything but numbers
 */
export async function readParquet(file: string, names?: readonly string[]): Promise<Columns> {
  const list = names === undefined ? '*' : names.map(quotedName).join();
  return await connected(file, 'read', async (connection) =>
    columnsOf(await connection.run(`SELECT ${list} FROM read_parquet(${quotedPath(file)})`), file),
  );
}

/**
 * Reads the rows of one symbol from a file that holds those of several, in their order.
 *
 * @returns all columns but `symbol`
 * @throws DataError if the file is missing, damaged, or holds anything else but numbers
 */
export async function readSymbolRows(file: string, symbol: string): Promise<Columns> {
  return await connected(file, 'read', async (connection) =>
    columnsOf(
      await connection.run(
        `SELECT * EXCLUDE (symbol) FROM read_parquet(${quotedPath(file)})
         WHERE symbol = ${quotedText(symbol)}`,
      ),
      file,
    ),
  );
}

/**
 * Fetches what a query gave.
 *
 * @param file - where it was read from, for errors
 * @throws DataError if there is anything but numbers
 */
export function columnsOf(result: DuckDBMaterializedResult, file: string): Columns {
  const chunks = Array.from({ length: result.chunkCount }, (_, index) => result.getChunk(index));
  const n = chunks.reduce((rows, chunk) => rows + chunk.rowCount, 0);
  const columns = result.columnNames().map((name, j) => {
    const kind = kinds.find(({ type }) => type.typeId === result.columnTypeId(j));
    if (kind === undefined)
      throw new DataError(
        `column "${name}" of "${file}" is of type "${DuckDBTypeId[result.columnTypeId(j)]}", not a number`,
      );
    const column = kind.make(n);
    let row = 0;
    for (const chunk of chunks) {
      const vector = chunk.getColumnVector(j);
      const memory = memoryOf(vector);
      if (memory === undefined) copyItems(vector, column, row, `column "${name}" of "${file}"`);
      else column.set(memory, row);
      row += vector.itemCount;
    }
    return [name, column] as const;
  });
  return Object.fromEntries(columns);
}

/**
 * What a vector without missing values holds, as it lies in memory. The package has no public way
 * to it: where this one ends, values are copied one by one.
 */
function memoryOf(vector: DuckDBVector): Column | undefined {
  const { items, validity } = vector as unknown as {
    readonly items?: Column;
    readonly validity?: { readonly data?: unknown };
  };
  return validity?.data === null && ArrayBuffer.isView(items) ? items : undefined;
}

function copyItems(vector: DuckDBVector, column: Column, start: number, name: string): void {
  for (let i = 0; i < vector.itemCount; i++) {
    const value = vector.getItem(i);
    if (typeof value !== 'number')
      throw new DataError(`${name} has no value in row "${start + i}"`);
    column[start + i] = value;
  }
}

let instance: Promise<DuckDBInstance> | undefined;

/** One database in memory a process: opening one takes 30 ms and 20 MB. */
function database(): Promise<DuckDBInstance> {
  instance ??= DuckDBInstance.create(':memory:', {
    // A second thread would make row groups race, and the cores belong to the lanes.
    threads: '1',
    memory_limit: '512MB',
    temp_directory: '',
    // It would show a file as it was before it was mended.
    enable_external_file_cache: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  return instance;
}

/**
 * Runs a step on a connection of its own, with temporary tables of its own, and gives DuckDB's
 * errors a class.
 *
 * @param file - what is read or written, for errors
 */
export async function connected<T>(
  file: string,
  verb: 'read' | 'write',
  step: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const connection = await (await database()).connect();
  try {
    return await step(connection);
  } catch (error) {
    if (error instanceof DataError || !(error instanceof Error)) throw error;
    if (/No space left|Disk quota/.test(error.message) || codeOf(error) === 'ENOSPC')
      throw new LaneError(
        `the disk is full: "${file}" cannot be written; free space and try again`,
      );
    if (error.message.startsWith('Out of Memory'))
      throw new LaneError(`memory does not suffice to ${verb} "${file}"`, {}, { cause: error });
    if (verb === 'write') throw error;
    // A damaged file's bytes come back in the reason; none of them may reach a terminal.
    const reason = error.message.split('\n')[0].replace(/[^ -~]/g, '?');
    throw new DataError(`"${file}" cannot be read: ${reason}`, { file }, { cause: error });
  } finally {
    connection.closeSync();
  }
}

function isText(column: Column | TextColumn): column is TextColumn {
  return 'names' in column;
}

function lengthOf(column: Column | TextColumn): number {
  return isText(column) ? column.of.length : column.length;
}

function typeOf(column: Column | TextColumn): DuckDBType {
  return isText(column) ? VARCHAR : kindOf(column).type;
}

function itemsOf(column: Column | TextColumn): (row: number) => number | string {
  return isText(column) ? (row) => column.names[column.of[row]] : (row) => column[row];
}

function kindOf(column: Column): ColumnKind {
  const kind = kinds.find(({ holds }) => holds(column));
  if (kind === undefined) throw new InvariantError('a column must be one of the typed arrays');
  return kind;
}

/** A file to read, as SQL. A path is a pattern to DuckDB; brackets make its wildcards plain. */
export function quotedPath(file: string): string {
  return quotedText(file.replace(/[*?[]/g, '[$&]'));
}

/** Text as SQL. */
export function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function quotedName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
