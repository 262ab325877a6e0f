import type { DuckDBConnection } from '@duckdb/node-api';
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../contracts/errors.ts';
import { pooledSymbol } from '../../contracts/ids.ts';
import { stages, type Stage } from '../../contracts/outcome.ts';
import { columnsOf, connected, quotedPath, quotedText, type Columns } from '../files/duckdb.ts';
import { codeOf, named, syncFolder } from '../files/files.ts';
import { leaveOutSealed, type RowsSeal, type SealedCounts } from './row-seals.ts';

/** A window and where its predictions lie, by stage; absent where there are none. */
export interface PredictedWindow {
  /** Whose rows it has; of a pooled window, whose rows say themselves whose they are, the pool. */
  readonly symbol: string;
  readonly window: string;
  readonly files: Readonly<Partial<Record<Stage, string>>>;
  /** Which of its rows nobody may see; absent where all may be. */
  readonly seal?: RowsSeal;
}

/** What a table was written of. */
export interface PredictionTable {
  /** n rows as columns `ts`, `label` (−1 unknown), `teacher` and `student` (NaN unknown). */
  readonly rows: Columns;
  /** Different symbols among them. */
  readonly symbols: number;
  readonly sealed: SealedCounts;
}

/** How a table is written for others. */
export type TableFormat = 'csv' | 'parquet';

const formats: Readonly<Record<TableFormat, { readonly ts: string; readonly options: string }>> = {
  csv: {
    ts: `strftime(epoch_ms(ts::BIGINT), '%Y-%m-%dT%H:%M:%SZ')`,
    options: 'FORMAT csv, HEADER',
  },
  // With a zone, so that readers know that it is UTC.
  parquet: { ts: 'to_timestamp(ts / 1000)', options: 'FORMAT parquet, COMPRESSION zstd' },
};

/**
 * Joins the predictions of both stages by window and time, and writes them as one table: `symbol,
 * ts, window, label, forwardReturn, teacher, student`, by symbol, time and window. What is unknown
 * is empty in CSV, NULL in Parquet. Equal predictions give equal bytes.
 *
 * The file appears whole or not at all, and takes the place of one that is there.
 *
 * @param windows - those that have a file; no window twice
 * @throws InputError if the folder does not exist or may not be written, or no row may be seen
 * @throws LaneError if the disk is full
 */
export async function writePredictionTable(
  file: string,
  format: TableFormat,
  windows: readonly PredictedWindow[],
): Promise<PredictionTable> {
  const { ts, options } = formats[format];
  return await writtenWhole(file, (beside) =>
    connected(file, 'write', async (connection) => {
      const sealed = await joinPredictions(connection, windows);
      const symbols = await connection.run(
        'SELECT count(DISTINCT symbol)::INTEGER AS symbols FROM predictions',
      );
      const counted = columnsOf(symbols, file).symbols[0];
      if (counted === 0) throw new InputError(noRows(sealed));
      await connection.run(
        `COPY (SELECT symbol, ${ts} AS ts, "window", label, forwardReturn, teacher, student
               FROM predictions ORDER BY symbol, predictions.ts, "window")
         TO ${quotedText(beside)} (${options}, USE_TMP_FILE false)`,
      );
      const result = await connection.run(
        `SELECT ts, coalesce(label, -1)::TINYINT AS label,
                coalesce(teacher, 'NaN'::DOUBLE) AS teacher,
                coalesce(student, 'NaN'::DOUBLE) AS student
         FROM predictions ORDER BY symbol, ts, "window"`,
      );
      return { rows: columnsOf(result, file), symbols: counted, sealed };
    }),
  );
}

function noRows({ rows }: SealedCounts): string {
  return rows > 0
    ? `all "${rows}" rows are sealed: see "holdout list" for what seals them`
    : 'there are no rows as yet: no session of an evaluation span has come';
}

/** The joined predictions of windows, a row a symbol and time. */
export interface PredictedRows {
  /** Of each of n rows. */
  readonly symbol: readonly string[];
  /** Open of each row's bar, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  /** 1 or 0; −1 unknown as yet. */
  readonly label: Int8Array;
  /** Fractions before costs; NaN unknown as yet. */
  readonly forwardReturn: Float64Array;
  /** Probabilities of label 1; NaN unknown. */
  readonly scores: Readonly<Record<Stage, Float64Array>>;
  readonly sealed: SealedCounts;
}

/**
 * Joins the predictions of both stages by window and time, and reads them, by time and symbol.
 *
 * @param windows - those that have a file; no window twice
 * @throws DataError if a file is damaged
 */
export async function readPredictionTable(
  windows: readonly PredictedWindow[],
): Promise<PredictedRows> {
  return await connected('predictions', 'read', async (connection) => {
    const sealed = await joinPredictions(connection, windows);
    const named = await connection.runAndReadAll(
      `SELECT DISTINCT symbol FROM predictions ORDER BY symbol`,
    );
    const symbols = named.getRows().map(([symbol]) => String(symbol));
    const result = await connection.run(
      `SELECT (dense_rank() OVER (ORDER BY symbol) - 1)::INTEGER AS symbol, ts,
              coalesce(label, -1)::TINYINT AS label,
              coalesce(forwardReturn, 'NaN'::DOUBLE) AS forwardReturn,
              coalesce(teacher, 'NaN'::DOUBLE) AS teacher,
              coalesce(student, 'NaN'::DOUBLE) AS student
       FROM predictions ORDER BY ts, symbol, "window"`,
    );
    const columns = columnsOf(result, 'predictions');
    return {
      symbol: Array.from(columns.symbol, (index) => symbols[index]),
      ts: Float64Array.from(columns.ts),
      label: Int8Array.from(columns.label),
      forwardReturn: Float64Array.from(columns.forwardReturn),
      scores: {
        teacher: Float64Array.from(columns.teacher),
        student: Float64Array.from(columns.student),
      },
      sealed,
    };
  });
}

/** @returns what is sealed and left out */
async function joinPredictions(
  connection: DuckDBConnection,
  windows: readonly PredictedWindow[],
): Promise<SealedCounts> {
  for (const stage of stages) {
    const filed = windows.flatMap(({ symbol, window, files }) => {
      const file = files[stage];
      return file === undefined ? [] : [{ symbol, window, file }];
    });
    await connection.run(
      `CREATE TEMP TABLE ${stage} (symbol VARCHAR, "window" VARCHAR, ts DOUBLE, label TINYINT,
                                   forwardReturn DOUBLE, ${stage} DOUBLE);
       CREATE TEMP TABLE ${stage}Files (symbol VARCHAR, "window" VARCHAR, filename VARCHAR)`,
    );
    if (filed.length === 0) continue;
    await insert(
      connection,
      `${stage}Files`,
      filed.map(({ symbol, window, file }) => [symbol, window, file]),
    );
    // A pool's file serves each of its residual windows, too: it is read once.
    const files = [...new Set(filed.map(({ file }) => quotedPath(file)))].join();
    await connection.run(
      `INSERT INTO ${stage}
       SELECT coalesce(rows.symbol, filed.symbol), "window", ts, label, forwardReturn, ${stage}
       FROM (SELECT NULL::VARCHAR AS symbol WHERE false UNION ALL BY NAME
             SELECT * FROM read_parquet([${files}], filename = true, union_by_name = true)) rows
       JOIN ${stage}Files filed USING (filename)
       WHERE coalesce(rows.symbol, filed.symbol) = filed.symbol
          OR starts_with(filed.symbol, ${quotedText(pooledSymbol(''))})`,
    );
  }
  await connection.run(
    `CREATE TEMP TABLE predictions AS
     SELECT symbol, ts, "window",
            nullif(coalesce(teacher.label, student.label), -1) AS label,
            nullif(coalesce(teacher.forwardReturn, student.forwardReturn), 'NaN') AS forwardReturn,
            teacher, student
     FROM teacher FULL JOIN student USING (symbol, "window", ts)`,
  );
  return await leaveOutSealed(connection, windows);
}

async function insert(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly string[])[],
): Promise<void> {
  const values = rows.map((row) => `(${row.map(quotedText).join()})`);
  await connection.run(`INSERT INTO ${table} VALUES ${values.join()}`);
}

/** Has a file written beside its place, synced, then renamed over it. */
async function writtenWhole<T>(file: string, write: (beside: string) => Promise<T>): Promise<T> {
  const folder = path.dirname(file);
  const beside = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  return await named(folder, async () => {
    try {
      // Made by us first, so that the system's own words come with what is wrong with the folder.
      await (await open(beside, 'wx')).close();
      const written = await write(beside);
      const handle = await open(beside, 'r+');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(beside, file);
      await syncFolder(folder);
      return written;
    } catch (error) {
      await rm(beside, { force: true }).catch(() => {});
      const code = codeOf(error);
      if (code === 'ENOENT' || code === 'ENOTDIR')
        throw new InputError(`"${folder}" is no folder that exists; make it first`);
      if (code === 'EISDIR') throw new InputError(`"${file}" is a folder; name a file in it`);
      throw error;
    }
  });
}
