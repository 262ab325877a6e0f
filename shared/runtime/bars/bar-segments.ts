import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import { addDays, type Interval, type TradingDay } from '../../contracts/time.ts';
import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import { columnsOf } from '../../domain/market/bars/merged-bars.ts';
import type { StampedBars } from '../../domain/market/bars/stamped-bars.ts';
import { sha256 } from '../files/digest.ts';
import { placeWhole } from '../files/files.ts';

/**
 * Names of segments: `<from>..<to>-<digest>.parquet`, days half-open. Twelve digits of the digest
 * are of the bars, and held against them at each reading. Eight are of when they were received, so
 * that equal bars of two fetches are two files; a mended segment keeps those of the lost one.
 */
export const segmentPattern =
  /^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})-([0-9a-f]{12})[0-9a-f]{8}\.parquet$/;

/** Where segments lie. */
export interface SegmentPlace {
  readonly symbol: string;
  readonly interval: Interval;
  readonly folder: string;
  /** A folder on the same disk for what is not whole yet. */
  readonly scratch: string;
}

/** The days `[from, to)` that a segment's bars lie in. */
export function segmentSpan(name: string): { readonly from: TradingDay; readonly to: TradingDay } {
  const [, from, to] = segmentPattern.exec(name) ?? [];
  return { from: from as TradingDay, to: to as TradingDay };
}

type BarColumn = (typeof barColumns)[number];

/** Loaded when bars are first read or written: it takes longer than counting all there are by heads. */
const duckdb = () => import('../files/duckdb.ts');

/**
 * Digest of bars by their values, whatever files hold them: SHA-256 of the columns in the order of
 * `barColumns`, each as little-endian doubles.
 */
function barsDigest(bars: Record<BarColumn, Float64Array>): string {
  return sha256(...barColumns.map((name) => bytesOf(bars[name]))).slice(0, 12);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Writes bars as a segment of a series. The name follows from the content, so that writing it again
 * changes nothing, and mends a damaged one.
 *
 * @param scratch - a folder on the same disk for what is not whole yet
 * @param lost - damaged segments: one of the same bars is written anew, for those who pinned it
 * @returns its name
 */
export async function writeSegment(
  { folder, scratch }: SegmentPlace,
  { bars, receivedAt }: StampedBars,
  lost: readonly string[] = [],
): Promise<string> {
  const first = dayOf(bars.ts[0]);
  const last = dayOf(bars.ts[bars.ts.length - 1]);
  const barsName = `${first}..${addDays(last, 1)}-${barsDigest(bars)}`;
  const stamps = sha256(bytesOf(receivedAt)).slice(0, 8);
  const name = lost.find((other) => other.startsWith(barsName)) ?? `${barsName}${stamps}.parquet`;
  const { writeParquet } = await duckdb();
  const columns = { ...columnsOf((column) => bars[column]), receivedAt };
  await placeWhole(path.join(folder, name), scratch, (beside) => writeParquet(beside, columns));
  return name;
}

/**
 * Reads the bars of a segment and holds them against the digest in its name.
 *
 * @throws DataError naming the file, if it is missing or not what was written
 */
export async function readSegment(place: SegmentPlace, name: string): Promise<Bars> {
  const columns = await readColumns(place, name, barColumns);
  return { symbol: place.symbol, interval: place.interval, ...columns };
}

/**
 * Reads the bars of a segment and when each of them was received.
 *
 * @throws DataError naming the file, if it is missing or not what was written
 */
export async function readStampedSegment(place: SegmentPlace, name: string): Promise<StampedBars> {
  const { receivedAt, ...columns } = await readColumns(place, name, [...barColumns, 'receivedAt']);
  return { bars: { symbol: place.symbol, interval: place.interval, ...columns }, receivedAt };
}

async function readColumns<Name extends string>(
  { symbol, interval, folder }: SegmentPlace,
  segment: string,
  names: readonly (Name | BarColumn)[],
): Promise<Record<Name | BarColumn, Float64Array>> {
  const file = path.join(folder, segment);
  try {
    const { readParquet } = await duckdb();
    const read = await readParquet(file, names);
    const found = names.map((name) => {
      const values = read[name];
      if (values instanceof Float64Array) return [name, values] as const;
      throw new DataError(`"${file}" has no column "${name}" of doubles`);
    });
    const columns = Object.fromEntries(found) as Record<Name | BarColumn, Float64Array>;
    if (segmentPattern.exec(segment)?.[3] !== barsDigest(columns))
      throw new DataError(`"${file}" holds other bars than its name says`);
    return columns;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    throw new DataError(
      `${error.message}; import the bars of "${symbol}" "${interval}" again`,
      { file, symbol, interval },
      { cause: error },
    );
  }
}
