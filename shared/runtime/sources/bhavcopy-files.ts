import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { codeOf } from '../files/files.ts';
import { bhavcopyDay } from './bhavcopy-name.ts';

/** A daily archive: where it is, and what it holds once it has been read. */
export interface ArchiveFile {
  /** Path or address, as a person is told it. */
  readonly place: string;
  readonly name: string;
  readonly day: TradingDay;
}

/** What a path holds of daily archives. */
export interface ArchiveTree {
  /** In order of their days. */
  readonly archives: readonly ArchiveFile[];
  /** CSV and zip files of other names. */
  readonly misnamed: readonly string[];
}

/**
 * Finds the exchange's daily archives: one file, or a folder with folders in it.
 *
 * @returns undefined where the path holds none
 * @throws InputError if the folder cannot be read
 */
export async function findBhavcopies(root: string): Promise<ArchiveTree | undefined> {
  const found = await stat(root).catch(() => undefined);
  const places = found?.isDirectory() === true ? await filesUnder(root) : [root];
  const archives: ArchiveFile[] = [];
  const misnamed: string[] = [];
  for (const place of places) {
    const name = path.basename(place);
    const day = bhavcopyDay(name);
    if (day !== undefined) archives.push({ place, name, day });
    else if (/\.(?:csv|zip)$/i.test(name) && !name.startsWith('.')) misnamed.push(place);
  }
  if (archives.length === 0) return undefined;
  archives.sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  return { archives, misnamed };
}

/** The bytes of a file on this machine. */
export async function readArchiveFile(file: ArchiveFile): Promise<Uint8Array> {
  return await readFile(file.place);
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: unknown) => {
      throw new InputError(`"${folder}" cannot be read ("${codeOf(error)}"); change its mode`);
    },
  );
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => path.join(parentPath, name)).sort();
}
