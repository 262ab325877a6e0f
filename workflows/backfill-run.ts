import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  BackfillCarried,
  BackfillReport,
  BackfillRunInput,
} from '../shared/contracts/backfill.ts';
import { backfillWorkflowId } from '../shared/contracts/ids.ts';
import { intervals, type EpochMs, type Interval } from '../shared/contracts/time.ts';
import { backfillEnded } from './attributes.ts';
import { backfillBook } from './backfill-book.ts';
import { controlBook } from './control-book.ts';
import { dispatchedOnce } from './backfill-fault.ts';
import { openWindows } from './backfill-windows.ts';
import { backfillProgress, sessionRenewed, waitingTold } from './messages.ts';
import { records, work } from './proxies.ts';
import { operatedRun } from './run-control.ts';

/**
 * Brings in what is missing of many symbols: plans an interval, has its windows fetched a few at a
 * time, compacts what came, and goes on to the next interval, daily bars first. Says what it waits
 * for, hands a renewed session on to its windows, and continues as new between pages when its history
 * is long. A window that fails never fails the run.
 */
export async function backfillRun({ request, carried }: BackfillRunInput): Promise<BackfillReport> {
  const { workflowId, firstExecutionRunId, startTime } = workflowInfo();
  checkStart(workflowId, request);
  const runId = workflowId.slice(backfillWorkflowId('').length);
  const startedAt = carried?.startedAt ?? (startTime.getTime() as EpochMs);
  const madeFor = carried?.madeFor ?? firstExecutionRunId;
  const book = backfillBook(carried?.tally, carried?.plan.interval);
  const name = `backfill "${runId}"`;
  const control = controlBook(name, carried?.setting);
  const run = operatedRun(name, control, {
    // Its windows are begun here, one by one: nobody else needs to know.
    changed: () => Promise.resolve(),
    waitsFor: book.waitsFor,
  });
  const windows = openWindows(runId, request.source, book, control);
  setHandler(backfillProgress, () => ({
    source: request.source,
    ...book.progress(),
    ...control.carried(),
  }));
  setHandler(waitingTold, (told) => windows.tell(told));
  setHandler(sessionRenewed, () => windows.renew());

  const inOrder = intervals.filter((one) => request.intervals.includes(one));
  let root = carried?.plan.root ?? request.root;
  const cancelled = await run.work(async () => {
    for (let index = carried?.interval ?? 0; index < inOrder.length; index++)
      if (await run.mayBegin()) await bring(index);
  });
  await run.close();
  const byOperator = control.state === 'draining' ? control.control() : undefined;
  const report = await CancellationScope.nonCancellable(async () => {
    await windows.ended();
    await recordFailures();
    return await work.reportBackfill({
      runId,
      ...(root === undefined ? {} : { root }),
      tally: book.tally(),
      cancelled: cancelled !== undefined || byOperator !== undefined,
      seconds: (Date.now() - startedAt) / 1000,
      ...(byOperator && { control: byOperator }),
    });
  });
  upsertSearchAttributes(backfillEnded(report.state));
  // An operator's own word is an ending of its own, with its report; Temporal's is told as such.
  if (cancelled !== undefined && CancellationScope.current().consideredCancelled) throw cancelled;
  return report;

  /** Brings in one interval, or the rest of it. */
  async function bring(index: number): Promise<void> {
    const interval = inOrder[index];
    const rest = carried !== undefined && index === carried.interval ? carried : undefined;
    const plan = rest?.plan ?? (await work.planBackfill({ runId, request, interval, madeFor }));
    root = plan.root;
    if (rest === undefined) book.plan(plan);
    for (let page = rest?.page ?? 1; page <= plan.pages; page++) {
      await recordFailures();
      if (!(await run.mayBegin())) return;
      if (workflowInfo().continueAsNewSuggested)
        await again({ startedAt, madeFor, interval: index, page, plan, tally: book.tally() });
      for (const spec of await work.readBackfillPage({ runId, root: plan.root, interval, page }))
        await windows.begin(spec, plan.root);
      await windows.ended();
    }
    if (plan.windows > 0) await compact(plan.root, interval);
  }

  /** Stored is stored: what cannot be compacted is a failure to tell of, not to stop at. */
  async function compact(of: string, interval: Interval): Promise<void> {
    try {
      const { damaged } = await work.compactBars({ runId, root: of, interval });
      book.damaged(damaged);
    } catch (error) {
      if (isCancellation(error)) throw error;
      book.failed(interval, dispatchedOnce(error));
    }
  }

  async function recordFailures(): Promise<void> {
    for (let part = book.nextFailures(); part !== undefined; part = book.nextFailures())
      await records.recordFailures({ runId, root: root ?? '', ...part });
  }

  async function again(next: BackfillCarried): Promise<never> {
    // Whoever is being answered is answered by this execution.
    await condition(allHandlersFinished);
    return await continueAsNew<typeof backfillRun>({
      request,
      carried: { ...next, setting: control.carried() },
    });
  }
}

/** What no activity would refuse, since none would be called. */
function checkStart(workflowId: string, request?: Partial<BackfillRunInput['request']>): void {
  const prefix = backfillWorkflowId('');
  if (!workflowId.startsWith(prefix))
    throw ApplicationFailure.nonRetryable(
      `a backfill's workflow id begins with "${prefix}", this one is "${workflowId}"`,
      'InputError',
    );
  if (!intervals.some((one) => request?.intervals?.includes(one)))
    throw ApplicationFailure.nonRetryable(
      `a backfill's "intervals" should name some of "${intervals.join('", "')}"`,
      'InputError',
    );
}
