import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
} from '@temporalio/common';
import { WorkflowNotFoundError } from '@temporalio/client';
import { balanceOf, laneShares } from '../shared/contracts/balance.ts';
import { etaSeconds } from '../shared/contracts/eta.ts';
import { backfillWorkflowId, orchestratorQueue, runWorkflowId } from '../shared/contracts/ids.ts';
import type { Stage } from '../shared/contracts/outcome.ts';
import { addTally, emptyTally } from '../shared/contracts/tally.ts';
import type { TrainRequest } from '../shared/contracts/plan.ts';
import type {
  BatchTally,
  RunProgress,
  RunReport,
  StageTally,
  TrainRunInput,
} from '../shared/contracts/run.ts';
import type { EpochMs, Interval } from '../shared/contracts/time.ts';
import type { Temporal } from '../shared/runtime/stack/client.ts';
import { digestOf } from '../shared/runtime/files/digest.ts';
import type { Plans } from '../shared/runtime/runs/plans.ts';
import type { trainRun } from '../workflows/train-run.ts';

/** How a run's workflow stands with the server. */
export type RunStatus =
  'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TERMINATED' | 'TIMED_OUT';

/** A run that was started, or found running. */
export interface StartedRun {
  readonly runId: string;
  /** Whether an equal run was open already. */
  readonly attached: boolean;
}

/**
 * The name that a run of a request takes: `base`, then `base.2`, `base.3` once one has closed; of an
 * equal run that is open, that one's.
 *
 * @param idOf - the workflow id of a run of some name
 * @param isTaken - whether something else than such a workflow has the name
 */
export async function runName(
  temporal: Pick<Temporal, 'client'>,
  base: string,
  idOf: (runId: string) => string,
  isTaken: (runId: string) => Promise<boolean>,
): Promise<StartedRun> {
  for (let count = 1; ; count++) {
    const runId = count === 1 ? base : `${base}.${count}`;
    const status = await workflowStatus(temporal, idOf(runId));
    if (status === 'RUNNING') return { runId, attached: true };
    if (status === undefined && !(await isTaken(runId))) return { runId, attached: false };
  }
}

/** What a training is started with. */
export interface TrainStart {
  readonly input: TrainRunInput;
  readonly interval: Interval;
  /** One line of what it is about, for lists. */
  readonly summary: string;
  /** From 1, the first served, to 5. */
  readonly priorityKey: number;
}

/** What is asked for now comes after what a night needs, and before replays. */
const askedPriority = 3;

const keyword = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);

/** What a run of a request is called where its operator does not say: equal requests, equal names. */
export function usualRunName(request: TrainRequest): string {
  const { root: _, ...asked } = request;
  return `${request.asOf ?? request.to}-${digestOf(asked).slice(0, 8)}`;
}

/**
 * Starts a run, or attaches to an equal one that is open. Equal requests have equal names:
 * `<as-of day>-<8 hex of the request>`, then `.2`, `.3` once one has closed.
 *
 * @param ownName - a name of the operator's own instead
 */
export async function startRun(
  temporal: Temporal,
  plans: Plans,
  request: TrainRequest,
  ownName?: string,
): Promise<StartedRun> {
  const base = ownName ?? usualRunName(request);
  return await startTraining(temporal, plans, base, {
    input: { request },
    interval: request.interval,
    summary: `${request.recipe} ${request.interval} ${request.from}..${request.to}`,
    priorityKey: askedPriority,
  });
}

/** Starts a training under the name that `base` gives, or attaches to the one of it that is open. */
export async function startTraining(
  { client }: Temporal,
  plans: Plans,
  base: string,
  { input, interval, summary, priorityKey }: TrainStart,
): Promise<StartedRun> {
  // A server that lost its history leaves the run's folder behind; its name stays taken. A backfill's
  // report would lie where this run's should.
  const named = await runName(
    { client },
    base,
    runWorkflowId,
    async (name) =>
      (await plans.has(name)) ||
      (await workflowStatus({ client }, backfillWorkflowId(name))) !== undefined,
  );
  const { runId } = named;
  const of = input.replay?.of;
  if (!named.attached)
    await client.workflow.start<typeof trainRun>('trainRun', {
      workflowId: runWorkflowId(runId),
      taskQueue: orchestratorQueue,
      args: [input],
      // Two commands at the same moment start one run.
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      priority: { priorityKey },
      typedSearchAttributes: new TypedSearchAttributes([
        { key: keyword('Run'), value: runId },
        { key: keyword('Interval'), value: interval },
        ...(of === undefined ? [] : [{ key: keyword('ReplayOf'), value: of }]),
      ]),
      staticSummary: summary,
    });
  return named;
}

/** How a run's workflow stands; undefined where there is none of this name. */
export async function runStatus(
  temporal: Pick<Temporal, 'client'>,
  runId: string,
): Promise<RunStatus | undefined> {
  return await workflowStatus(temporal, runWorkflowId(runId));
}

/** How a workflow stands; undefined where there is none of this id. */
export async function workflowStatus(
  { client }: Pick<Temporal, 'client'>,
  workflowId: string,
): Promise<RunStatus | undefined> {
  try {
    const { status } = await client.workflow.getHandle(workflowId).describe();
    return status.name as RunStatus;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

/** The newest run of a stack; undefined where there is none. */
export async function newestRun({ client }: Temporal): Promise<string | undefined> {
  const query = "WorkflowType = 'trainRun'";
  for await (const { workflowId } of client.workflow.list({ query, pageSize: 1 }))
    return workflowId.slice(runWorkflowId('').length);
  return undefined;
}

/** A run that is open, as its workflows tell it. */
export interface LiveRun {
  readonly progress: RunProgress;
  /** Closed batches and the open ones together. */
  readonly tally: BatchTally;
  readonly startedAtMs: number;
}

/** Asks an open run, and its open batches, how they stand. */
export async function liveRun({ client }: Temporal, runId: string): Promise<LiveRun> {
  const handle = client.workflow.getHandle(runWorkflowId(runId));
  const { startTime } = await handle.describe();
  const progress = await handle.query<RunProgress>('progress');
  const open = await Promise.all(
    progress.openBatches.map((batch) =>
      client.workflow
        .getHandle(batch)
        .query<BatchTally>('tally')
        // The batch may have closed, or not begun, between the two questions.
        .catch(() => emptyTally),
    ),
  );
  return {
    progress,
    tally: open.reduce(addTally, progress.closed),
    startedAtMs: startTime.getTime(),
  };
}

/** An open run as a report, as far as it has come. */
export function reportOf(runId: string, live: LiveRun, nowMs: number): RunReport | undefined {
  const { progress, tally } = live;
  const { plan, control } = progress;
  if (plan === undefined) return undefined;
  const seconds = Math.round(nowMs - live.startedAtMs) / 1000;
  const balance = balanceOf(tally.lanes);
  const eta = etaOf(live, nowMs);
  const failedWindows = Object.values(tally.failed).reduce((sum, count) => sum + count, 0);
  const tallyOf = (stage: Stage): StageTally => {
    const counted = tally.stages?.[stage] ?? { trained: 0, reused: 0, failed: 0 };
    return { ...counted, reused: plan.counts.stages[stage].reuse + counted.reused };
  };
  return {
    schema: 1,
    runId,
    planToken: plan.planToken,
    asOf: plan.asOf,
    state: control?.state === 'paused' ? 'paused' : 'running',
    counts: {
      planned: plan.counts.windows,
      trained: tally.trained,
      reused: plan.counts.reuse + tally.reused,
      skipped: plan.counts.skip,
      failed: tally.failed,
      notStarted: plan.counts.train - tally.trained - tally.reused - failedWindows,
      stages: { teacher: tallyOf('teacher'), student: tallyOf('student') },
    },
    lanes: laneShares(tally.lanes, seconds),
    ...(balance === undefined ? {} : { balance }),
    seconds,
    ...(control && { control }),
    ...(eta === undefined ? {} : { etaSeconds: Math.round(eta) }),
  };
}

/** The run's pace as of now: its own clock stands between two things that happen to it. */
function etaOf({ progress, tally }: LiveRun, nowMs: number): number | undefined {
  const { plan, pace, control } = progress;
  if (control?.state === 'paused') return undefined;
  return etaSeconds({ planned: plan?.cost, ended: tally.cost }, pace, nowMs as EpochMs);
}
