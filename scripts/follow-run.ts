import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowFailedError } from '@temporalio/client';
import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
} from '@temporalio/common';
import { errorFrom, InvariantError } from '../shared/contracts/errors.ts';
import { runWorkflowId } from '../shared/contracts/ids.ts';
import type { LaneTally, RunControl, RunReport } from '../shared/contracts/run.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import type { DataRoot } from '../shared/runtime/data-root.ts';
import { notDueLines } from './not-due-words.ts';
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

/**
 * One line about an open run: `412 of 612 windows, 3 failed, about 22 s left`; of a paused one, by
 * whom and why.
 */
export function progressLine(report: RunReport): string {
  const { runId, counts, lanes, control, etaSeconds } = report;
  const failed = Object.values(counts.failed).reduce((sum, count) => sum + count, 0);
  const { teacher, student } = counts.stages;
  const done = counts.trained + failed;
  const busy = lanes.map(({ lane, windows }) => `${lane} ${windows}`).join(' ');
  return [
    `${runId}: ${done} of ${done + counts.notStarted} windows`,
    `${teacher.trained} teachers, ${student.trained} students`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...controlWords(control),
    ...(etaSeconds === undefined ? [] : [`about ${durationText(etaSeconds)} left`]),
    ...(busy === '' ? [] : [busy]),
  ].join(', ');
}

/** What an operator's last word means for a run that is open. */
export function controlWords(control: RunControl | undefined): string[] {
  if (control === undefined || control.state === 'running') return [];
  const { state, who, why } = control;
  return [`${state === 'paused' ? 'paused' : 'being cancelled'} by ${who}: ${why}`];
}

/** `22 s`, `4 min`, `3.5 h`. */
function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.ceil(seconds)} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** A run's end for a person. */
export function reportText(report: RunReport): string {
  const { counts, lanes } = report;
  const listed = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || 'none';
  const { control, etaSeconds } = report;
  return [
    `run      ${report.runId} ${report.state} after ${report.seconds.toFixed(1)} s, as of ${report.asOf}`,
    ...(report.replayOf === undefined ? [] : [`replays  ${report.replayOf}`]),
    ...(control === undefined ? [] : [`operator ${control.state}: ${control.who}, ${control.why}`]),
    ...(etaSeconds === undefined ? [] : [`left     about ${durationText(etaSeconds)}`]),
    `windows  ${counts.planned}: ${counts.trained} trained, ${counts.reused} reused` +
      `${counts.notStarted > 0 ? `, ${counts.notStarted} not started` : ''}`,
    ...Object.entries(counts.stages).map(
      ([stage, tally]) =>
        `${`${stage}s`.padEnd(8)} ${tally.trained} trained, ${tally.reused} reused`,
    ),
    `skipped  ${listed(counts.skipped)}`,
    `failed   ${listed(counts.failed)}`,
    ...comparedText(report),
    ...lanes.map((lane) => `${lane.lane.padEnd(8)} ${laneText(lane, report.seconds)}`),
    ...(report.balance === undefined
      ? []
      : [
          `balance  ${report.balance.jain.toFixed(3)} by Jain's index (1: every lane equally busy)`,
        ]),
    ...notDueLines(report.nothingDue, report.asOf),
    `look     npm run -s sensequant -- matrix ${report.runId}`,
    // An open run is not replayed: its update `retryFailed` does them again.
    ...(Object.keys(counts.failed).length === 0 || isOpen(report)
      ? []
      : [`again    npm run -s sensequant -- replay --failed-of ${report.runId}`]),
  ].join('\n');
}

function isOpen({ state }: RunReport): boolean {
  return state === 'running' || state === 'paused';
}

/** `cpu: 301 windows, busy 28.2 s (59 %), 27.0 s of CPU`. */
function laneText(lane: LaneTally, seconds: number): string {
  const { device, windows, busySeconds, cpuSeconds, deviceSeconds, deviceMemoryBytes } = lane;
  const share = (part: number, of: number): string => `${Math.round((100 * part) / (of || 1))} %`;
  return [
    `${device}: ${windows} windows`,
    `busy ${busySeconds.toFixed(1)} s (${share(busySeconds, seconds)})`,
    ...(cpuSeconds === undefined ? [] : [`${cpuSeconds.toFixed(1)} s of CPU`]),
    ...(deviceSeconds === undefined ? [] : [`device used ${share(deviceSeconds, busySeconds)}`]),
    ...(deviceMemoryBytes === undefined
      ? []
      : [`${(deviceMemoryBytes / 2 ** 30).toFixed(1)} GiB of its memory`]),
  ].join(', ');
}

/** What a replay as recorded found: a model that came out otherwise has failed, in these words. */
function comparedText({ compared }: RunReport): string[] {
  if (compared === undefined) return [];
  const { same, made } = compared;
  return [
    `compared ${same} models byte for byte as they were, ${made} of which none was there before`,
  ];
}

/** What a run's end means for the shell. */
export function exitCodeOf({ state, counts }: RunReport): number {
  if (state === 'cancelled') return exitCodes.cancelled;
  if (state === 'over-threshold') return exitCodes.overThreshold;
  return Object.keys(counts.failed).length > 0 ? exitCodes.withFailures : exitCodes.done;
}

function rootCause(error: unknown): unknown {
  const carriers = [WorkflowFailedError, ChildWorkflowFailure, ActivityFailure];
  const isCarrier = carriers.some((carrier) => error instanceof carrier);
  return isCarrier ? rootCause((error as Error).cause) : error;
}
