import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';
import type {
  BackfillProgress,
  BackfillReport,
  BackfillRequest,
  BackfillState,
  WrittenBackfillReport,
} from '../shared/contracts/backfill.ts';
import { backfillWorkflowId, orchestratorQueue, runWorkflowId } from '../shared/contracts/ids.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { backfillFiles } from '../shared/runtime/runs/backfill-files.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import { runFolder, type DataRoot } from '../shared/runtime/data-root.ts';
import { digestOf } from '../shared/runtime/files/digest.ts';
import { readJson } from '../shared/runtime/files/files.ts';
import type { backfillRun } from '../workflows/backfill-run.ts';
import { controlWords, endingOf } from './follow-run.ts';
import { showProgress } from './output.ts';
import { runName, workflowStatus, type StartedRun } from './run-client.ts';

const askEveryMs = 500;

/**
 * Starts a backfill, or attaches to an equal one that is open. Equal requests have equal names:
 * `<day>-<8 hex of the request>`, then `.2`, `.3` once one has closed.
 *
 * @param today - as the source's clock has it
 * @param name - a name of the operator's own instead
 */
export async function startBackfill(
  temporal: Temporal,
  root: DataRoot,
  request: BackfillRequest,
  { today, name }: { readonly today: TradingDay; readonly name?: string },
): Promise<StartedRun> {
  const { client } = temporal;
  const { root: _, ...asked } = request;
  const base = name ?? `${today}-${digestOf(asked).slice(0, 8)}`;
  // A server that lost its history leaves the folder behind, and training has names as well.
  const named = await runName(
    temporal,
    base,
    backfillWorkflowId,
    async (one) =>
      (await backfillFiles(root, one).isTaken()) ||
      (await workflowStatus(temporal, runWorkflowId(one))) !== undefined,
  );
  const { runId } = named;
  if (!named.attached)
    await client.workflow.start<typeof backfillRun>('backfillRun', {
      workflowId: backfillWorkflowId(runId),
      taskQueue: orchestratorQueue,
      args: [{ request }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      typedSearchAttributes: new TypedSearchAttributes([
        { key: defineSearchAttributeKey('Run', SearchAttributeType.KEYWORD), value: runId },
      ]),
      staticSummary: `${request.source} ${request.intervals.join(' ')} ${request.from}..${request.to}`,
    });
  return named;
}

/**
 * The report of a backfill that has ended, with every failure; undefined while it is open, where there
 * is none, and where a run of training has the name.
 */
export async function writtenBackfill(
  root: DataRoot,
  runId: string,
): Promise<WrittenBackfillReport | undefined> {
  const file = path.join(runFolder(root, runId), 'report.json');
  const report = (await readJson(file)) as Partial<WrittenBackfillReport> | undefined;
  return report?.failures === undefined ? undefined : (report as WrittenBackfillReport);
}

/** How an open backfill stands: `waiting` where a person or another day must help. */
export async function liveBackfill(
  { client }: Temporal,
  runId: string,
): Promise<BackfillProgress & { readonly state: BackfillState }> {
  const progress = await client.workflow
    .getHandle(backfillWorkflowId(runId))
    .query<BackfillProgress>('backfillProgress');
  const waits = Object.keys(progress.waiting).length > 0 ? 'waiting' : 'running';
  return { state: progress.control?.state === 'paused' ? 'paused' : waits, ...progress };
}

/**
 * Waits for a backfill's end and shows how far it is, and what it waits for.
 *
 * @returns its report as it is written, every failure in it; also of a cancelled one
 * @throws the error that it failed of as a whole
 */
export async function followBackfill(
  { client }: Temporal,
  root: DataRoot,
  runId: string,
): Promise<WrittenBackfillReport> {
  const handle = client.workflow.getHandle(backfillWorkflowId(runId));
  const ended = new AbortController();
  const watching = watch();
  const written = (): Promise<WrittenBackfillReport | undefined> => writtenBackfill(root, runId);
  try {
    const report: BackfillReport = await endingOf(runId, handle.result(), written);
    return (await written()) ?? { ...report, failures: report.counts.failures };
  } finally {
    ended.abort();
    await watching;
  }

  async function watch(): Promise<void> {
    while (!ended.signal.aborted) {
      const progress = await handle
        .query<BackfillProgress>('backfillProgress')
        .catch(() => undefined);
      if (progress !== undefined && !ended.signal.aborted)
        showProgress(progressLine(runId, progress));
      await pause(askEveryMs, undefined, { signal: ended.signal }).catch(() => {});
    }
  }
}

/** One line about an open backfill. */
export function progressLine(
  runId: string,
  { source, tally, interval, waiting, control }: BackfillProgress,
): string {
  const failed = Object.values(tally.failed).reduce((sum, count) => sum + count, 0);
  const waits = [
    ...(waiting.session === undefined
      ? []
      : [`waits for a session: npm run -s sensequant -- session --source ${source}`]),
    ...(waiting.quota === undefined ? [] : ["waits for the next day's quota"]),
  ];
  return [
    `${runId}: ${interval ?? 'plans'} ${tally.stored} of ${tally.planned} windows`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    `${tally.requests} requests, ${tally.rows} rows`,
    ...controlWords(control),
    ...waits,
  ].join(', ');
}
