import {
  ApplicationFailure,
  CancellationScope,
  executeChild,
  isCancellation,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { batchWorkflowId, runWorkflowId } from '../shared/contracts/ids.ts';
import type { BatchTally, PlanSummary, RunReport, TrainRunInput } from '../shared/contracts/run.ts';
import type { EpochMs } from '../shared/contracts/time.ts';
import { batchAttributes, runEnded } from './attributes.ts';
import { progress } from './messages.ts';
import { work, workflowTaskTimeout } from './proxies.ts';
import { addTally, emptyTally } from '../shared/contracts/tally.ts';
import { trainBatch } from './train-batch.ts';

/**
 * What an operator starts: plans, trains page by page, brings the predictions of reused windows up
 * to date, and reports. One failed window never fails a run; a run always ends with a tally, also
 * when it is cancelled.
 */
export async function trainRun(input: TrainRunInput): Promise<RunReport> {
  const { workflowId, firstExecutionRunId, startTime } = workflowInfo();
  const runId = workflowId.slice(runWorkflowId('').length);
  let plan: PlanSummary | undefined;
  let closed: BatchTally = emptyTally;
  let openBatch: string | undefined;
  setHandler(progress, () => ({
    closed,
    ...(plan === undefined ? {} : { plan }),
    ...(openBatch === undefined ? {} : { openBatch }),
  }));

  if (workflowId !== runWorkflowId(runId))
    throw ApplicationFailure.nonRetryable(
      `a run's workflow id begins with "${runWorkflowId('')}", this one is "${workflowId}"`,
      'InputError',
    );
  plan = await work.planRun({
    runId,
    request: input.request,
    madeFor: firstExecutionRunId,
    startedAt: startTime.getTime() as EpochMs,
  });
  const { root } = plan;
  let cancelled: unknown;
  try {
    for (let page = 1; page <= plan.trainPages; page++) {
      openBatch = batchWorkflowId(runId, page);
      const batch = await executeChild(trainBatch, {
        workflowId: openBatch,
        args: [{ runId, page, root }],
        typedSearchAttributes: batchAttributes(runId),
        workflowTaskTimeout,
        staticSummary: `page ${page} of ${plan.trainPages}`,
      });
      openBatch = undefined;
      closed = addTally(closed, batch);
    }
    for (let page = 1; page <= plan.extendPages; page++)
      await work.extendPredictions({ runId, page, root });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    cancelled = error;
  }
  const report = await CancellationScope.nonCancellable(() =>
    work.reportRun({
      runId,
      root,
      cancelled: cancelled !== undefined,
      seconds: (Date.now() - startTime.getTime()) / 1000,
    }),
  );
  upsertSearchAttributes(runEnded(runId, report.state, report.asOf));
  if (cancelled !== undefined) throw cancelled;
  return report;
}
