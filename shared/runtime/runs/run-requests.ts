import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TrainRequest } from '../../contracts/plan.ts';
import type { ReplayRequest } from '../../contracts/run.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { runFolder, type DataRoot } from '../data-root.ts';
import { digestOf } from '../files/digest.ts';
import { readJson, writeWhole } from '../files/files.ts';

/** `data/runs/<runId>/request.json`: what a run was asked, short enough to be read of all runs. */
export interface RunRequest {
  readonly schema: 1;
  readonly runId: string;
  readonly startedAt: EpochMs;
  readonly request: TrainRequest;
  /** Absent for a run of its own. */
  readonly replay?: ReplayRequest;
}

/** Writes what a run was asked; writing it again changes nothing. */
export async function writeRunRequest(root: DataRoot, asked: RunRequest): Promise<void> {
  await writeWhole(requestFile(root, asked.runId), `${JSON.stringify(asked, null, 1)}\n`);
}

/** What a run was asked; undefined where it has not planned, or is of an earlier release. */
export async function readRunRequest(
  root: DataRoot,
  runId: string,
): Promise<RunRequest | undefined> {
  return (await readJson(requestFile(root, runId))) as RunRequest | undefined;
}

/** What all runs of a data root were asked, in the order in which they began. */
export async function runRequests(root: DataRoot): Promise<RunRequest[]> {
  const names = await readdir(path.join(root.path, 'runs')).catch((): string[] => []);
  const asked = await Promise.all(names.map((name) => readRunRequest(root, name)));
  return asked
    .filter((one) => one !== undefined)
    .toSorted((a, b) => a.startedAt - b.startedAt || (a.runId < b.runId ? -1 : 1));
}

function requestFile(root: DataRoot, runId: string): string {
  return path.join(runFolder(root, runId), 'request.json');
}

/**
 * Keeps a list of windows that is too long for a message.
 *
 * @returns its digest, which names it
 */
export async function writeWindowList(root: DataRoot, windows: readonly string[]): Promise<string> {
  const digest = digestOf(windows);
  await writeWhole(listFile(root, digest), `${JSON.stringify(windows)}\n`);
  return digest;
}

/** A list of windows by its digest; undefined where the data root has none. */
export async function readWindowList(
  root: DataRoot,
  digest: string,
): Promise<readonly string[] | undefined> {
  return (await readJson(listFile(root, digest))) as readonly string[] | undefined;
}

function listFile(root: DataRoot, digest: string): string {
  return path.join(root.path, 'state', 'windows', `${digest}.json`);
}
