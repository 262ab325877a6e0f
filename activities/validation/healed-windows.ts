import { stages } from '../../shared/contracts/outcome.ts';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { pageRecords } from '../../shared/runtime/runs/page-records.ts';
import type { Plans } from '../../shared/runtime/runs/plans.ts';
import { runRequests, type RunRequest } from '../../shared/runtime/runs/run-requests.ts';

/** What a look at the runs that replay others needs. */
export interface HealingFiles {
  readonly root: DataRoot;
  readonly plans: Plans;
}

/**
 * Which windows of a run a replay has brought about since, and which replay: the first that did. A
 * replay of a replay counts. Reads the records of the replays; the run itself is never altered.
 *
 * @param requests - what all runs were asked, where somebody has read it already
 */
export async function healedWindows(
  files: HealingFiles,
  runId: string,
  requests?: readonly RunRequest[],
): Promise<ReadonlyMap<string, string>> {
  const all = requests ?? (await runRequests(files.root));
  const healed = new Map<string, string>();
  for (const replay of replaysOf(runId, all))
    for (const window of await doneWindows(files, replay))
      if (!healed.has(window)) healed.set(window, replay);
  return healed;
}

/** The runs that replay a run, or a replay of it, in the order in which they began. */
export function replaysOf(runId: string, requests: readonly RunRequest[]): string[] {
  const line = new Set([runId]);
  // A replay begins after what it replays: one pass sees whole lines of them.
  for (const { runId: name, replay } of requests)
    if (replay !== undefined && line.has(replay.of)) line.add(name);
  return [...line].slice(1);
}

/** Windows that a run has models of: trained by it, or found. */
async function doneWindows({ root, plans }: HealingFiles, runId: string): Promise<string[]> {
  const { windows } = await plans.read(runId);
  const records = await pageRecords(root, runId);
  return [
    ...windows.filter(({ decision }) => decision === 'reuse').map(({ window }) => window),
    ...records.flatMap(({ done }) =>
      done.filter(([, stage]) => stage === stages.at(-1)).map(([window]) => window),
    ),
  ];
}

/** A window of a run that did not come about there. */
export interface UnfinishedWindow {
  readonly window: string;
  readonly ended: 'failed' | 'notStarted';
}

/** The windows that a run was to train and did not. */
export async function unfinishedWindows(
  { root, plans }: HealingFiles,
  runId: string,
): Promise<UnfinishedWindow[]> {
  const { windows } = await plans.read(runId);
  const records = await pageRecords(root, runId);
  const done = new Set(await doneWindows({ root, plans }, runId));
  const failed = new Set(records.flatMap((page) => page.failed.map(({ window }) => window)));
  return windows
    .filter(({ decision, window }) => decision === 'train' && !done.has(window))
    .map(({ window }) => ({ window, ended: failed.has(window) ? 'failed' : 'notStarted' }));
}
