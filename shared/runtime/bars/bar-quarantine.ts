import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../contracts/time.ts';
import { dayOf } from '../../domain/market/calendar/exchange-time.ts';
import type { QuarantinedDay } from '../../domain/market/coverage/presence.ts';
import type { QuarantinedBar } from '../../domain/market/bars/quarantine.ts';
import { sha256 } from '../files/digest.ts';
import { placeWhole, readJson, writeSynced } from '../files/files.ts';

/** Names of files of rows set aside: the digest is that of the text. */
export const quarantinePattern = /^quarantine-([0-9a-f]{20})\.json$/;

/** Rows that one fetch brought and that were set aside. */
export interface QuarantinedRows {
  readonly receivedAt: EpochMs;
  readonly rows: readonly QuarantinedBar[];
}

const numbers = ['ts', 'open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Writes rows set aside as a file beside the segments, under a name that follows from the content.
 *
 * @param scratch - a folder on the same disk for what is not whole yet
 * @returns its name
 */
export async function writeQuarantine(
  folder: string,
  scratch: string,
  { receivedAt, rows }: QuarantinedRows,
): Promise<string> {
  const text = `${JSON.stringify({ schema: 1, receivedAt, rows: rows.map(rowOf) })}\n`;
  const name = `quarantine-${sha256(text).slice(0, 20)}.json`;
  await placeWhole(path.join(folder, name), scratch, (beside) => writeSynced(beside, text));
  return name;
}

/**
 * Reads a file of rows set aside.
 *
 * @throws DataError if it is missing or not what was written
 */
export async function readQuarantine(folder: string, name: string): Promise<QuarantinedRows> {
  const file = path.join(folder, name);
  const value = await readJson(file);
  const [, digest] = quarantinePattern.exec(name) ?? [];
  if (digest === undefined || !sha256(`${JSON.stringify(value)}\n`).startsWith(digest))
    throw new DataError(
      `"${file}" should hold the rows set aside and does not; restore it from a backup, or fetch ` +
        `them again`,
      { file },
    );
  const { receivedAt, rows } = value as { receivedAt: EpochMs; rows: (readonly unknown[])[] };
  return {
    receivedAt,
    rows: rows.map((row) => {
      const [ts, open, high, low, close, volume] = row.map(Number);
      return { ts, open, high, low, close, volume, reason: String(row[numbers.length]) };
    }),
  };
}

/** One row's identity: a row that comes again is no other row. */
export function quarantineKey(row: QuarantinedBar): string {
  return JSON.stringify(rowOf(row));
}

/** Days of rows set aside, ascending; times that cannot be read belong to none. */
export function quarantinedDays(rows: readonly QuarantinedBar[]): QuarantinedDay[] {
  const times = [...new Set(rows.map(({ ts }) => ts))].filter(Number.isFinite);
  const counts = new Map<TradingDay, number>();
  for (const day of times.sort((a, b) => a - b).map(dayOf))
    counts.set(day, (counts.get(day) ?? 0) + 1);
  return Array.from(counts, ([day, bars]) => ({ day, bars }));
}

/** A row as JSON can hold it: what is no number is text. */
function rowOf(row: QuarantinedBar): readonly (number | string)[] {
  return [
    ...numbers.map((name) => (Number.isFinite(row[name]) ? row[name] : String(row[name]))),
    row.reason,
  ];
}
