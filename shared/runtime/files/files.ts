import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { DataError, InputError, LaneError } from '../../contracts/errors.ts';

/**
 * Writes a file whole or not at all: beside its place, synced, then renamed over it.
 *
 * @throws LaneError if the disk is full
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const folder = path.dirname(file);
  const beside = path.join(folder, `.${path.basename(file)}.${randomUUID()}`);
  await named(folder, async () => {
    await mkdir(folder, { recursive: true });
    try {
      await writeSynced(beside, text);
      await rename(beside, file);
    } catch (error) {
      await rm(beside, { force: true });
      throw error;
    }
    await syncFolder(folder);
  });
}

/**
 * Has a file written in `scratch`, a folder on the same disk, and renamed to its place once it is
 * whole. Both folders are made.
 *
 * @param write - writes and syncs the file it is given
 */
export async function placeWhole(
  file: string,
  scratch: string,
  write: (beside: string) => Promise<void>,
): Promise<void> {
  const beside = path.join(scratch, `${randomUUID()}${path.extname(file)}`);
  await mkdir(scratch, { recursive: true });
  await mkdir(path.dirname(file), { recursive: true });
  try {
    await write(beside);
    await rename(beside, file);
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(path.dirname(file));
}

/** Writes and syncs one file in place; for files of a folder that is renamed into place later. */
export async function writeSynced(file: string, text: string | Uint8Array): Promise<void> {
  const handle = await open(file, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a rename or a new name in `folder` survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Reads a JSON file.
 *
 * @returns its value, or undefined where there is no such file
 * @throws DataError if it is not JSON
 */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new DataError(`"${file}" should hold JSON but breaks off or is damaged; remove it`);
  }
}

/**
 * Runs a step that writes under `folder` and gives the machine's faults a name.
 *
 * @throws LaneError if the disk is full or failing
 * @throws InputError if the folder may not be written
 */
export async function named<T>(folder: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOSPC' || code === 'EDQUOT')
      throw new LaneError(`the disk under "${folder}" is full; free space and try again`, { code });
    if (code === 'EIO')
      throw new LaneError(`the disk under "${folder}" fails to write; check it`, { code });
    if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM')
      throw new InputError(`"${folder}" may not be written ("${code}"); change its owner or mode`);
    throw error;
  }
}

/** The system's error code, e.g. `ENOENT`, where an error has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : undefined;
}
