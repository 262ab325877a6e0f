import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { errorFrom, InvariantError } from '../shared/contracts/errors.ts';
import { runWorkflowId } from '../shared/contracts/ids.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import type { Temporal } from '../shared/runtime/client.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { exitCodes, showProgress } from './output.ts';
import { liveRun, reportOf } from './run-client.ts';
import { writtenReport } from './run-files.ts';

const askEveryMs = 500;

/**
 * Waits for a run's end and shows how far it is meanwhile.
 *
 * @returns its report, also of a cancelled run
 * @throws the error that the run failed of as a whole
 */
export async function followRun(
  temporal: Temporal,
  root: DataRoot,
  runId: string,
): Promise<RunReport> {
  const ended = new AbortController();
  const watching = watch(temporal, runId, ended.signal);
  const result: Promise<RunReport> = temporal.client.workflow
    .getHandle(runWorkflowId(runId))
    .result();
  try {
    return await endingOf(runId, result, () => writtenReport(root, runId));
  } finally {
    ended.abort();
    await watching;
  }
}

/**
 * How a run's workflow ends, for a person.
 *
 * @param written - finds the report in the data root, which a cancelled run leaves there
 * @throws the error that it failed of as a whole
 */
export async function endingOf<Report>(
  runId: string,
  result: Promise<Report>,
  written: () => Promise<Report | undefined>,
): Promise<Report> {
  try {
    return await result;
  } catch (error) {
    const cause = rootCause(error);
    const report = await written();
    if (cause instanceof CancelledFailure && report !== undefined) return report;
    if (cause instanceof ApplicationFailure)
      throw errorFrom({ name: cause.type ?? 'Error', message: cause.message, fields: {} });
    throw new InvariantError(`run "${runId}" ended without a report: ${String(cause)}`);
  }
}

async function watch(temporal: Temporal, runId: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    // A server or orchestrator that is being started again answers in a moment.
    const live = await liveRun(temporal, runId).catch(() => undefined);
    const report = live && reportOf(runId, live, Date.now());
    if (!ended.aborted) showProgress(report ? progressLine(report) : `${runId}: plans`);
    await pause(askEveryMs, undefined, { signal: ended }).catch(() => {});
  }
}

/** One line about an open run: `412 of 612 windows, 3 failed, 9.1 a second, about 22 s left`. */
function progressLine({ runId, counts, lanes, seconds }: RunReport): string {
  const failed = Object.values(counts.failed).reduce((sum, count) => sum + count, 0);
  const done = counts.trained + failed;
  const rate = done / Math.max(seconds, 0.001);
  const left = rate > 0 ? `, about ${Math.ceil(counts.notStarted / rate)} s left` : '';
  const busy = lanes.map(({ lane, windows }) => `${lane} ${windows}`).join(' ');
  return (
    `${runId}: ${done} of ${done + counts.notStarted} windows` +
    `${failed > 0 ? `, ${failed} failed` : ''}, ${rate.toFixed(1)} a second${left}  ${busy}`
  );
}

/** A run's end for a person. */
export function reportText(report: RunReport): string {
  const { counts, lanes } = report;
  const listed = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || 'none';
  return [
    `run      ${report.runId} ${report.state} after ${report.seconds.toFixed(1)} s, as of ${report.asOf}`,
    `windows  ${counts.planned}: ${counts.trained} trained, ${counts.reused} reused` +
      `${counts.notStarted > 0 ? `, ${counts.notStarted} not started` : ''}`,
    ...Object.entries(counts.stages).map(
      ([stage, tally]) =>
        `${`${stage}s`.padEnd(8)} ${tally.trained} trained, ${tally.reused} reused`,
    ),
    `skipped  ${listed(counts.skipped)}`,
    `failed   ${listed(counts.failed)}`,
    ...lanes.map(
      ({ lane, device, windows, busySeconds }) =>
        `${lane.padEnd(8)} ${device}: ${windows} windows, busy ${busySeconds.toFixed(1)} s`,
    ),
    `look     npm run -s sensequant -- matrix ${report.runId}`,
  ].join('\n');
}

/** What a run's end means for the shell. */
export function exitCodeOf({ state, counts }: RunReport): number {
  if (state === 'cancelled') return exitCodes.cancelled;
  if (state === 'over-threshold') return exitCodes.overThreshold;
  return Object.keys(counts.failed).length > 0 ? exitCodes.withFailures : exitCodes.done;
}

function rootCause(error: unknown): unknown {
  if (error instanceof WorkflowFailedError || error instanceof ActivityFailure)
    return rootCause(error.cause);
  return error;
}
