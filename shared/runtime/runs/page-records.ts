import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { PageRecord } from '../../contracts/run.ts';
import { runFolder, type DataRoot } from '../data-root.ts';
import { readJson } from '../files/files.ts';

/** Every part of every page of a run, as recorded; none of a run that has recorded nothing yet. */
export async function pageRecords(root: DataRoot, runId: string): Promise<PageRecord[]> {
  const folder = path.join(runFolder(root, runId), 'outcomes');
  const names = await readdir(folder).catch((): string[] => []);
  const parts = names.filter((name) => name.endsWith('.json')).toSorted();
  const read = parts.map((name) => readJson(path.join(folder, name)));
  return (await Promise.all(read)) as PageRecord[];
}
