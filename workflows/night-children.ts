import { CancellationScope, executeChild, sleep } from '@temporalio/workflow';
import type { BackfillReport } from '../shared/contracts/backfill.ts';
import { backfillWorkflowId, runWorkflowId } from '../shared/contracts/ids.ts';
import type { NightPlan, RetrainInput } from '../shared/contracts/nightly.ts';
import type { TrainRequest } from '../shared/contracts/plan.ts';
import type { RunReport } from '../shared/contracts/run.ts';
import { batchAttributes, trainingAttributes } from './attributes.ts';
import { backfillRun } from './backfill-run.ts';
import type { Notices } from './night-notices.ts';
import { workflowTaskTimeout } from './proxies.ts';
import { trainRun } from './train-run.ts';

/** Above what is started by hand, replayed or historical; children and activities inherit it. */
const nightly = { priorityKey: 2 } as const;

/** What a night does not wait for goes on when the night is over. */
const child = {
  priority: nightly,
  workflowTaskTimeout,
  parentClosePolicy: 'ABANDON',
} as const;

/** Fetches what is missing up to the as-of day; whoever is to be told hears of it where it takes long. */
export async function fetched(
  { backfill, backfillId, asOf, lateInMs }: NightPlan,
  { schedule }: RetrainInput,
  notices: Notices,
): Promise<BackfillReport | undefined> {
  if (backfill === undefined) return undefined;
  const patience = new CancellationScope();
  const complaint = patience
    .run(async () => {
      await sleep(lateInMs);
      await notices.tell('bars-late', `SenseQuant ${schedule} as of ${asOf}: bars are late`, {
        text:
          `\`backfill/${backfillId}\` is not done. Where it waits for a session, hand one over: ` +
          '`npm run -s sensequant -- session`; it says so itself: ' +
          `\`npm run -s sensequant -- status ${backfillId}\`. Scores will be made of what there is.`,
      });
    })
    .catch(() => {});
  try {
    return await executeChild(backfillRun, {
      ...child,
      workflowId: backfillWorkflowId(backfillId),
      args: [{ request: backfill }],
      typedSearchAttributes: batchAttributes(backfillId),
      staticSummary: `bars of ${schedule} up to ${asOf}`,
    });
  } finally {
    patience.cancel();
    await complaint;
  }
}

/** Trains what is due or changed. */
export async function trained(
  { runId, asOf }: NightPlan,
  { schedule }: RetrainInput,
  request: TrainRequest,
): Promise<RunReport> {
  return await executeChild(trainRun, {
    ...child,
    workflowId: runWorkflowId(runId),
    args: [{ request }],
    typedSearchAttributes: trainingAttributes(runId, request),
    staticSummary: `${schedule} as of ${asOf}: ${request.recipe} ${request.interval}`,
  });
}
