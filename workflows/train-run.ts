import {
  ApplicationFailure,
  CancellationScope,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { etaSeconds } from '../shared/contracts/eta.ts';
import { runWorkflowId } from '../shared/contracts/ids.ts';
import type {
  BatchTally,
  PlanSummary,
  RunProgress,
  RunReport,
  TrainRunInput,
} from '../shared/contracts/run.ts';
import { addTally, emptyTally, withoutFailed } from '../shared/contracts/tally.ts';
import type { EpochMs } from '../shared/contracts/time.ts';
import { replays, runEnded } from './attributes.ts';
import { controlBook } from './control-book.ts';
import { progress } from './messages.ts';
import { work } from './proxies.ts';
import { runBatches, type BatchPage } from './run-batches.ts';
import { operatedRun } from './run-control.ts';
import { trainPages, trainPagesInTurn } from './run-pages.ts';
import { asRetried, runRetries } from './run-retry.ts';

/**
 * What an operator starts: plans, trains page by page, tries failed windows again where that is asked
 * for, brings the predictions of reused windows up to date, and reports. One failed window never fails
 * a run; a run always ends with a tally, also when it is cancelled. While it is open it can be paused,
 * limited, drained and cancelled.
 */
export async function trainRun(input: TrainRunInput): Promise<RunReport> {
  const { workflowId, firstExecutionRunId, startTime } = workflowInfo();
  const runId = workflowId.slice(runWorkflowId('').length);
  const name = `run "${runId}"`;
  let plan: PlanSummary | undefined;
  let closed: BatchTally = emptyTally;
  const control = controlBook(name);
  const batches = runBatches(runId, control);
  const retries = runRetries(name, control, batches);
  const run = operatedRun(name, control, { changed: () => batches.tell() });
  setHandler(progress, told);

  if (workflowId !== runWorkflowId(runId))
    throw ApplicationFailure.nonRetryable(
      `a run's workflow id begins with "${runWorkflowId('')}", this one is "${workflowId}"`,
      'InputError',
    );
  if (input.replay !== undefined) upsertSearchAttributes(replays(runId, input.replay.of));
  plan = await work.planRun({
    runId,
    ...input,
    madeFor: firstExecutionRunId,
    startedAt: startTime.getTime() as EpochMs,
  });
  const { root, extendPages } = plan;
  let lastPage = plan.trainPages;
  // Runs planned before 2026-11-25 train one page after the other; to go with their histories.
  const inOrder = plan.pooledWindows === undefined ? trainPagesInTurn : trainPages;
  const pages = { mayBegin: run.mayBegin, train };
  control.train(Date.now() as EpochMs);
  const cancelled = await run.work(async () => {
    await inOrder(plan as PlanSummary, pages);
    await retryPages();
    for (let page = 1; page <= extendPages && (await run.mayBegin()); page++)
      await work.extendPredictions({ runId, page, root });
    await retryPages();
  });
  await run.close();
  const byOperator = control.state === 'draining' ? control.control() : undefined;
  const report = await CancellationScope.nonCancellable(() =>
    work.reportRun({
      runId,
      root,
      cancelled: cancelled !== undefined || byOperator !== undefined,
      seconds: (Date.now() - startTime.getTime()) / 1000,
      ...(byOperator && { control: byOperator }),
    }),
  );
  upsertSearchAttributes(runEnded(runId, report.state, report.asOf));
  // An operator's own word is an ending of its own, with its report; Temporal's is told as such.
  if (cancelled !== undefined && CancellationScope.current().consideredCancelled) throw cancelled;
  return report;

  /** Several may be open: what one came to is added once it is known. */
  async function train(page: BatchPage): Promise<void> {
    const tally = await batches.train(page);
    closed = addTally(closed, tally);
  }

  /** Tries failed windows again, as often as an operator asks. */
  async function retryPages(): Promise<void> {
    while (retries.waiting > 0 && (await run.mayBegin())) {
      const rows = retries.next() ?? [];
      closed = withoutFailed(closed, rows);
      const page = ++lastPage;
      const summary = `${rows.length} failed windows again`;
      const retry = rows.map(asRetried);
      await train({ page, root, summary, retry });
    }
  }

  function told(): RunProgress {
    const now = Date.now() as EpochMs;
    const pace = control.pace(now);
    const eta = etaSeconds({ planned: plan?.cost, ended: closed.cost }, pace, now);
    return {
      closed,
      ...(plan && { plan }),
      openBatches: batches.open(),
      ...control.carried(),
      ...(retries.waiting > 0 && { toRetry: retries.waiting }),
      ...(pace && { pace }),
      ...(eta !== undefined && { etaSeconds: eta }),
    };
  }
}
