import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../contracts/errors.ts';
import { addDays, type Interval } from '../contracts/time.ts';
import { barColumns, type Bars } from '../domain/market/bars.ts';
import { dayOf } from '../domain/market/exchange-time.ts';
import { columnsOf } from '../domain/market/merged-bars.ts';
import { sha256 } from './digest.ts';
import { readParquet, writeParquet } from './duckdb.ts';
import { syncFolder } from './files.ts';

/** Names of segments: `<from>..<to>-<digest>.parquet`, days half-open. */
export const segmentPattern = /^\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}-([0-9a-f]{12})\.parquet$/;

/**
 * Digest of bars by their values, whatever files hold them: SHA-256 of the columns in the order of
 * `barColumns`, each as little-endian doubles.
 */
function barsDigest(bars: Bars): string {
  return sha256(
    ...barColumns.map((name) => {
      const { buffer, byteOffset, byteLength } = bars[name];
      return new Uint8Array(buffer, byteOffset, byteLength);
    }),
  );
}

/**
 * Writes bars as a segment of a series. The name follows from the content, so that writing it again
 * changes nothing, and mends a damaged one.
 *
 * @param scratch - a folder on the same disk for what is not whole yet
 * @returns its name
 */
export async function writeSegment(folder: string, scratch: string, bars: Bars): Promise<string> {
  const first = dayOf(bars.ts[0]);
  const last = dayOf(bars.ts[bars.ts.length - 1]);
  const name = `${first}..${addDays(last, 1)}-${barsDigest(bars).slice(0, 12)}.parquet`;
  const beside = path.join(scratch, `${randomUUID()}.parquet`);
  await mkdir(scratch, { recursive: true });
  await mkdir(folder, { recursive: true });
  try {
    await writeParquet(
      beside,
      columnsOf((column) => bars[column]),
    );
    await rename(beside, path.join(folder, name));
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(folder);
  return name;
}

/**
 * Reads a segment and holds it against the digest in its name.
 *
 * @throws DataError naming the file, if it is missing or not what was written
 */
export async function readSegment(
  folder: string,
  name: string,
  symbol: string,
  interval: Interval,
): Promise<Bars> {
  const file = path.join(folder, name);
  const remedy = `import the bars of "${symbol}" "${interval}" again`;
  try {
    const columns = await readParquet(file);
    const bars: Bars = {
      symbol,
      interval,
      ...columnsOf((column) => {
        const values = columns[column];
        if (values instanceof Float64Array) return values;
        throw new DataError(`"${file}" has no column "${column}" of doubles`);
      }),
    };
    const [, digest] = segmentPattern.exec(name) ?? [];
    if (digest === undefined || !barsDigest(bars).startsWith(digest))
      throw new DataError(`"${file}" holds other bars than its name says`);
    return bars;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(
      `${error.message}; ${remedy}`,
      { file, symbol, interval },
      { cause: error },
    );
  }
}
