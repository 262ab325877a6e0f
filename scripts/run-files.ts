import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { InputError } from '../shared/contracts/errors.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import { runFolder, type DataRoot } from '../shared/runtime/data-root.ts';
import { readJson } from '../shared/runtime/files.ts';
import { newestRun } from './run-client.ts';
import type { Temporal } from '../shared/runtime/client.ts';

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

/**
 * The run that was planned last in a data root.
 *
 * @throws InputError where none was
 */
export async function newestPlannedRun(root: DataRoot): Promise<string> {
  const folder = path.dirname(runFolder(root, 'any'));
  const names = await readdir(folder).catch((): string[] => []);
  const planned = await Promise.all(
    names.map(async (name) => {
      const made = await stat(path.join(folder, name, 'plan.json')).catch(() => undefined);
      return made === undefined ? [] : [{ name, at: made.mtimeMs }];
    }),
  );
  const newest = planned.flat().toSorted((a, b) => b.at - a.at)[0];
  if (newest !== undefined) return newest.name;
  throw new InputError(`no run was planned in "${root.path}"; train first, or see plan --help`);
}
