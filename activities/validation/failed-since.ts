import type { ErrorClass } from '../../shared/contracts/errors.ts';
import type { EpochMs } from '../../shared/contracts/time.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import { runRequests } from '../../shared/runtime/runs/run-requests.ts';
import {
  healedWindows,
  replaysOf,
  unfinishedWindows,
  type HealingFiles,
} from './healed-windows.ts';

/** Windows of a run that failed and wait for somebody. */
export interface FailedRun {
  readonly runId: string;
  readonly windows: readonly string[];
}

/**
 * The windows that failed in runs since some time and that no replay has healed; one that failed in a
 * replay, too, is that replay's alone.
 *
 * @param reason - only those of this class
 */
export async function failedSince(
  files: HealingFiles,
  since: EpochMs,
  reason?: ErrorClass,
): Promise<FailedRun[]> {
  const requests = await runRequests(files.root);
  const failed = new Map<string, ReadonlySet<string>>();
  for (const { runId, startedAt } of requests)
    if (startedAt >= since) failed.set(runId, await failedWindows(files, runId));
  const runs: FailedRun[] = [];
  for (const [runId, all] of failed) {
    const healed = await healedWindows(files, runId, requests);
    const later = replaysOf(runId, requests).flatMap((name) => [...(failed.get(name) ?? [])]);
    const classes = await failureClasses(files, runId);
    const windows = [...all].filter(
      (window) =>
        !healed.has(window) &&
        !later.includes(window) &&
        (reason === undefined || classes.get(window) === reason),
    );
    if (windows.length > 0) runs.push({ runId, windows });
  }
  return runs;
}

async function failedWindows(files: HealingFiles, runId: string): Promise<ReadonlySet<string>> {
  const unfinished = await unfinishedWindows(files, runId);
  return new Set(unfinished.filter(({ ended }) => ended === 'failed').map(({ window }) => window));
}

async function failureClasses(
  { root }: HealingFiles,
  runId: string,
): Promise<ReadonlyMap<string, ErrorClass>> {
  const records = await pageRecords(root, runId);
  return new Map(records.flatMap(({ failed }) => failed.map((one) => [one.window, one.class])));
}
