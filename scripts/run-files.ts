import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../shared/contracts/errors.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import { runFolder, type DataRoot } from '../shared/runtime/data-root.ts';
import { readJson } from '../shared/runtime/files/files.ts';
import { newestRun } from './run-client.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';

/** The report of a run that has ended; undefined while it is open. */
export async function writtenReport(root: DataRoot, runId: string): Promise<RunReport | undefined> {
  const report = await readJson(path.join(runFolder(root, runId), 'report.json'));
  return report as RunReport | undefined;
}

/**
 * The run a command means: the one it names, else the newest.
 *
 * @throws InputError where there is none
 */
export async function meantRun(temporal: Temporal, runId: string | undefined): Promise<string> {
  const meant = runId ?? (await newestRun(temporal));
  if (meant !== undefined) return meant;
  throw new InputError(
    'no training was started yet; start one: npm run -s sensequant -- train --help ' +
      '(a backfill is asked for by its name)',
  );
}

/** Names of everything that has a folder among the runs, in no order. */
export async function runNames(root: DataRoot): Promise<readonly string[]> {
  return await readdir(path.dirname(runFolder(root, 'any'))).catch((): string[] => []);
}

/**
 * The run that was planned last in a data root.
 *
 * @throws InputError where none was
 */
export async function newestPlannedRun(root: DataRoot): Promise<string> {
  const names = await runNames(root);
  const planned = await Promise.all(
    names.map(async (name) => {
      const made = await stat(path.join(runFolder(root, name), 'plan.json')).catch(() => undefined);
      return made === undefined ? [] : [{ name, at: made.mtimeMs }];
    }),
  );
  const newest = planned.flat().toSorted((a, b) => b.at - a.at)[0];
  if (newest !== undefined) return newest.name;
  throw new InputError(`no run was planned in "${root.path}"; train first, or see plan --help`);
}
