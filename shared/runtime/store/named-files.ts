import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder, type DataRoot } from '../data-root.ts';
import { codeOf } from '../files/files.ts';

/** What an artifact is called, wherever it stands in a text. */
const digests = /[0-9a-f]{64}/g;
/** The same, and what a segment or a file of rows set aside is called. */
const names =
  /[0-9a-f]{64}|\d{4}-\d{2}-\d{2}\.\.\d{4}-\d{2}-\d{2}-[0-9a-f]{20}\.parquet|quarantine-[0-9a-f]{20}\.json/g;

/** Answers of sources that are not stored yet: bars and no names. */
const unread = 'parts';

/** Adds the artifacts that a text names to `found`, whatever else it says and in whatever form. */
export function addArtifactNames(text: string, found: Set<string>): void {
  for (const [name] of text.matchAll(digests)) found.add(name);
}

/** Adds everything that the files of a run name. */
export async function addRunNames(
  root: DataRoot,
  runId: string,
  found: Set<string>,
): Promise<void> {
  await addFolderNames(runFolder(root, runId), found);
}

/** Adds everything that the JSON files of a folder name, those of folders in it among them. */
export async function addFolderNames(folder: string, found: Set<string>): Promise<void> {
  for (const entry of await entriesOf(folder)) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== unread) await addFolderNames(place, found);
    } else if (/\.jsonl?$/.test(entry.name)) {
      const text = await readFile(place, 'utf8');
      for (const [name] of text.matchAll(names)) found.add(name);
    }
  }
}

/** What lies in a folder; nothing where there is none. */
export async function entriesOf(folder: string) {
  return await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  });
}
