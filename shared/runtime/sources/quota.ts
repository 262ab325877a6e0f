import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DataError, InputError, LaneError } from '../../contracts/errors.ts';
import { addDays, type EpochMs } from '../../contracts/time.ts';
import { dayOf, dayStart } from '../../domain/market/calendar/exchange-time.ts';
import { machineMsUntil, type Clock } from '../clock.ts';
import type { DataRoot } from '../data-root.ts';
import { sourceError } from './source.ts';

/** How often a source may be asked, by all processes of a data root together. */
export interface QuotaLimits {
  /** Requests in any 60 seconds, at least 1. */
  readonly perMinute: number;
  /** Requests a calendar day of the exchange, at least 1. */
  readonly perDay: number;
}

/** Whether one request may be made now, or which limit forbids it and until when by the clock. */
export type Taken =
  | { readonly granted: true }
  | { readonly granted: false; readonly limit: 'minute' | 'day'; readonly untilMs: EpochMs };

/** The requests that may still be made of one source. */
export interface Quota {
  /** Takes one request, or says when to ask again; a request once taken is never given back. */
  take(): Taken;
  close(): void;
}

const minuteMs = 60_000;
/** After the source's new day has begun; market.md 2.4. */
const intoDayMs = 5 * minuteMs;
/** How long one process waits for another's transaction, which takes less than a millisecond. */
const busyMs = 10_000;
const keptDays = 2;
/** Result codes of SQLite, without their extensions. */
const sqlite = { perm: 3, readOnly: 8, io: 10, corrupt: 11, full: 13, cantOpen: 14, notDb: 26 };

/**
 * Opens the quota of a source in `state/quota.db`. Each request that was ever granted is a row there,
 * so neither a restart nor a `kill -9` makes room for more.
 *
 * @param clock - the source's: its minutes and days count
 * @throws DataError if the file is damaged
 * @throws InputError if it may not be written
 * @throws LaneError if the disk is full
 */
export function openQuota(
  root: DataRoot,
  source: string,
  { perMinute, perDay }: QuotaLimits,
  clock: Clock,
): Quota {
  const file = path.join(root.path, 'state', 'quota.db');
  const database = named(file, () => openDatabase(file));
  const count = database.prepare(
    'SELECT count(*) AS n FROM requests WHERE source = ? AND at >= ? AND at < ?',
  );
  // Of the last `perMinute` requests the oldest must be a minute old before the next.
  const blocking = database.prepare(
    'SELECT at FROM requests WHERE source = ? AND at > ? AND at <= ? ' +
      'ORDER BY at DESC LIMIT 1 OFFSET ?',
  );
  const insert = database.prepare('INSERT INTO requests (source, at) VALUES (?, ?)');
  const forget = database.prepare('DELETE FROM requests WHERE source = ? AND at < ?');

  /** Runs inside a transaction that no other process is in. */
  const taken = (now: EpochMs): Taken => {
    const today = dayStart(dayOf(now));
    const tomorrow = dayStart(addDays(dayOf(now), 1));
    if (Number(count.get(source, today, tomorrow)?.n) >= perDay)
      return { granted: false, limit: 'day', untilMs: (tomorrow + intoDayMs) as EpochMs };
    const held = blocking.get(source, now - minuteMs, now + minuteMs, perMinute - 1);
    if (held !== undefined)
      return { granted: false, limit: 'minute', untilMs: (Number(held.at) + minuteMs) as EpochMs };
    forget.run(source, dayStart(addDays(dayOf(now), -keptDays)));
    insert.run(source, now);
    return { granted: true };
  };

  return {
    take: () =>
      named(file, () => {
        database.exec('BEGIN IMMEDIATE');
        try {
          const answer = taken(clock());
          database.exec('COMMIT');
          return answer;
        } catch (error) {
          database.exec('ROLLBACK');
          throw error;
        }
      }),
    close: () => database.close(),
  };
}

/**
 * Takes one request of a quota.
 *
 * @throws SourceError to be repeated after `fields.afterMs` if there is none left
 */
export function takeRequest(source: string, quota: Pick<Quota, 'take'>, clock: Clock): void {
  const taken = quota.take();
  if (taken.granted) return;
  const { limit, untilMs } = taken;
  throw sourceError(
    source,
    `${limit}-quota`,
    `this data root has made as many requests of "${source}" as it may in one ${limit}; ` +
      `the next is due at "${new Date(untilMs).toISOString()}"`,
    machineMsUntil(clock, untilMs),
  );
}

function openDatabase(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyMs });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; ' +
        'CREATE TABLE IF NOT EXISTS requests (source TEXT NOT NULL, at INTEGER NOT NULL); ' +
        'CREATE INDEX IF NOT EXISTS requests_by_time ON requests (source, at)',
    );
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** Runs a step on the database and gives its faults a name. */
function named<T>(file: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) & 0xff : 0;
    if (code === sqlite.corrupt || code === sqlite.notDb)
      throw new DataError(
        `"${file}" should hold the requests made of each source but is damaged; remove it: ` +
          'the counts of today begin again at 0',
        { file },
      );
    if (code === sqlite.full || code === sqlite.io)
      throw new LaneError(`the disk under "${file}" is full or failing; free space`, { file });
    if (code === sqlite.perm || code === sqlite.readOnly || code === sqlite.cantOpen)
      throw new InputError(`"${file}" may not be written; change its owner or mode`);
    throw error;
  }
}
