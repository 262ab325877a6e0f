import { appendFile, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { DataRoot } from '../data-root.ts';
import { codeOf, named } from '../files/files.ts';
import type { Notice } from './notice.ts';

/** A file that notices are added to, a line of JSON each. */
export interface FileChannel {
  readonly kind: 'file';
  /** Relative to the data root. */
  readonly path: string;
}

/**
 * Adds a notice to a file, once.
 *
 * @throws LaneError if the disk is full
 * @throws InputError if the file may not be written
 */
export async function noteInFile(
  { path: relative }: FileChannel,
  root: DataRoot,
  { key, subject, text, facts }: Notice,
): Promise<void> {
  const file = path.resolve(root.path, relative);
  const line = JSON.stringify({ schema: 1, key, subject, text, facts });
  await named(file, async () => {
    await mkdir(path.dirname(file), { recursive: true });
    if ((await linesOf(file)).some((one) => keyOf(one) === key)) return;
    await appendFile(file, `${line}\n`);
  });
}

async function linesOf(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The key of a line; none of one that broke off when the machine did. */
function keyOf(line: string): unknown {
  try {
    return (JSON.parse(line) as { key?: unknown }).key;
  } catch {
    return undefined;
  }
}
