import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { LaneError } from '../../contracts/errors.ts';
import type { DataRoot } from '../data-root.ts';

const askEveryMs = 50;
const patienceMs = 10 * 60_000;

/**
 * Runs what looks into the store and writes down what it found, as a plan does: meanwhile nothing is
 * collected. Any number may at a time.
 *
 * @throws LaneError if a collection does not end
 */
export async function whilePlanning<T>(root: DataRoot, run: () => Promise<T>): Promise<T> {
  return await held(root, 'BEGIN; SELECT count(*) FROM sqlite_master', run, patienceMs);
}

/**
 * Runs a collection of garbage: alone, while nobody plans.
 *
 * @throws LaneError if plans are made, or another collection runs, and neither ends
 */
export async function whileCollecting<T>(
  root: DataRoot,
  run: () => Promise<T>,
  waitMs = 60_000,
): Promise<T> {
  return await held(root, 'BEGIN EXCLUSIVE', run, waitMs);
}

/** The system's lock of a file, by way of SQLite: it dies with the process that holds it. */
async function held<T>(
  root: DataRoot,
  take: string,
  run: () => Promise<T>,
  waitMs: number,
): Promise<T> {
  const file = path.join(root.path, 'state', 'store.lock');
  await mkdir(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: 0 });
  try {
    const until = performance.now() + waitMs;
    while (!isTaken(database, take)) {
      if (performance.now() > until)
        throw new LaneError(
          `the store of "${root.path}" is held by a plan or a collection that goes on for more than ` +
            `"${waitMs / 1000}" s; try again when it has ended`,
        );
      await pause(askEveryMs);
    }
    return await run();
  } finally {
    database.close();
  }
}

/** SQLite's "somebody else has it". */
const busy = 5;

function isTaken(database: DatabaseSync, take: string): boolean {
  try {
    database.exec(take);
    return true;
  } catch (error) {
    if (!(error instanceof Error && 'errcode' in error && error.errcode === busy)) throw error;
    // A transaction that could not get its lock is open all the same.
    if (database.isTransaction) database.exec('ROLLBACK');
    return false;
  }
}
