import { randomUUID } from 'node:crypto';
import { link, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../contracts/errors.ts';
import { codeOf, named, readJson, writeSynced } from './files/files.ts';

/** A folder that holds everything one stack knows; no two stacks share one. */
export interface DataRoot {
  readonly path: string;
  /** 8 hex digits made with the root: names its namespace and marks its work. */
  readonly id: string;
}

/**
 * Opens a data root, making it where there is none.
 *
 * @throws DataError if its identity is damaged
 * @throws InputError if it may not be written
 * @throws LaneError if the disk is full
 */
export async function openDataRoot(folder: string): Promise<DataRoot> {
  const root = path.resolve(folder);
  const identity = path.join(root, 'state', 'root.json');
  let value = await readJson(identity);
  if (value === undefined) {
    await named(root, () => writeIdentity(identity));
    value = await readJson(identity);
  }
  const id = value !== null && typeof value === 'object' && 'id' in value ? value.id : undefined;
  if (typeof id !== 'string' || !/^[0-9a-f]{8}$/.test(id))
    throw new DataError(
      `"${identity}" should hold the data root's id of 8 hex digits; restore it from a backup`,
    );
  return { path: root, id };
}

/** A link fails where the name is taken: the first identity stands, and is never seen half. */
async function writeIdentity(identity: string): Promise<void> {
  const made = randomUUID();
  const beside = `${identity}.${made}`;
  await mkdir(path.dirname(identity), { recursive: true });
  try {
    await writeSynced(beside, `${JSON.stringify({ schema: 1, id: made.slice(0, 8) })}\n`);
    await link(beside, identity);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(beside, { force: true });
  }
}

/** The folder of one run: request, plan, outcomes and report. */
export function runFolder(root: DataRoot, runId: string): string {
  return path.join(root.path, 'runs', runId);
}
