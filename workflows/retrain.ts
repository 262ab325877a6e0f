import {
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { retrainWorkflowId } from '../shared/contracts/ids.ts';
import type {
  NightPlan,
  NightRef,
  RetrainInput,
  RetrainReport,
  SkippedNight,
} from '../shared/contracts/nightly.ts';
import { nightBegun, nightEnded } from './attributes.ts';
import { nightSteps } from './messages.ts';
import { faultOf, nightBook } from './night-book.ts';
import { fetched, trained } from './night-children.ts';
import { noticesOf } from './night-notices.ts';
import { work } from './proxies.ts';

/**
 * A night: fetches the bars that are missing, looks whether there are enough, trains what is due or
 * changed, weighs the evidence, scores the next session, writes the briefing and tells whoever is to
 * be told. The as-of day is that of the time the schedule meant, never the clock's. A step that fails
 * is written down and the night goes on; when the deadline comes, scores are made of what there is,
 * and what still runs is left to itself.
 */
export async function retrain(request: RetrainInput): Promise<RetrainReport> {
  const { workflowId, firstExecutionRunId } = workflowInfo();
  checkStart(workflowId);
  const notices = noticesOf(request.root, `${workflowId}/${firstExecutionRunId}`);
  const plan = await planned(request).catch(async (error: unknown) => {
    if (isCancellation(error)) throw error;
    // Nobody looks at a night that could not begin unless somebody says so.
    const { class: fault, message } = faultOf(error);
    await notices.tell('failed', `SenseQuant ${request.schedule} could not begin: ${message}`, {
      text: `\`${workflowId}\` ended with ${fault}: ${message}`,
    });
    throw error;
  });
  if (plan.skip !== undefined) return skipped(plan);
  return await night(request, plan, notices);
}

async function night(
  request: RetrainInput,
  plan: NightPlan,
  notices: ReturnType<typeof noticesOf>,
): Promise<RetrainReport> {
  const { root, runId, asOf, session, backfillId } = plan;
  const { schedule, gate, minimumTurnover } = request;
  const ref: NightRef = { runId, root, schedule, asOf };
  upsertSearchAttributes(nightBegun(runId, asOf));
  const book = nightBook(until(plan.scoreInMs));
  setHandler(nightSteps, () => book.ends());
  let cancelled: unknown;
  try {
    if (plan.backfill !== undefined)
      await book.step('backfill', () => fetched(plan, request, notices));
    const gated = await book.step('gate', () =>
      work.gateCoverage({ ...ref, train: plan.train, gate }),
    );
    if (gated?.passes === true) {
      const run = await book.step('train', () => trained(plan, request, gated.train));
      if (run?.state === 'over-threshold')
        book.amend('train', 'too many windows failed: over the threshold');
      if (run === undefined) book.leaveOut('evidence', 'training did not end');
      else await book.step('evidence', () => work.weighEvidence(ref));
    } else {
      if (gated !== undefined) book.amend('gate', lackingWords(gated));
      book.leaveOut('train', 'the gate did not open');
      book.leaveOut('evidence', 'nothing was trained');
    }
    await book.always('score', () =>
      work.scoreSession({ ...ref, symbols: plan.train.symbols, minimumTurnover }),
    );
  } catch (error) {
    if (!isCancellation(error)) throw error;
    cancelled = error;
  }
  return await CancellationScope.nonCancellable(async () => {
    const briefing = await book.always('briefing', () =>
      work.writeBriefing({
        ...ref,
        session,
        steps: book.ends(),
        cancelled: cancelled !== undefined,
        ...(plan.backfill === undefined ? {} : { backfillId }),
      }),
    );
    const failed = book.ends().find(({ ended }) => ended !== 'done');
    const state = briefing?.state ?? 'incomplete';
    if (briefing !== undefined) await notices.tell('briefing', briefing.subject, { runId });
    else
      await notices.tell('failed', `SenseQuant ${schedule} as of ${asOf}: there is no briefing`, {
        text: book
          .ends()
          .map(({ step, ended, message = '' }) => `- ${step} ${ended} ${message}`)
          .join('\n'),
      });
    upsertSearchAttributes(nightEnded(state, failed?.step, asOf));
    if (cancelled !== undefined) throw cancelled;
    return { schema: 1, state, asOf, runId, steps: book.ends(), ...notices.outcome() };
  });
}

function skipped({ skip, asOf, reason }: SkippedNight): RetrainReport {
  upsertSearchAttributes(nightEnded('skipped', skip, asOf));
  return { schema: 1, state: 'skipped', asOf, reason, steps: [], told: [], untold: [] };
}

async function planned(request: RetrainInput): Promise<NightPlan | SkippedNight> {
  const { workflowId, firstExecutionRunId, searchAttributes } = workflowInfo();
  // Told by the server, with the schedule's own time also where a night is made up for.
  const [scheduledFor] = searchAttributes.TemporalScheduledStartTime ?? [];
  return await work.planNight({
    request,
    workflowId,
    madeFor: firstExecutionRunId,
    ...(scheduledFor instanceof Date ? { scheduledFor: scheduledFor.toISOString() } : {}),
  });
}

/** Resolves after some time, and never where there is none or the night is cancelled meanwhile. */
function until(milliseconds: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (milliseconds !== undefined) sleep(milliseconds).then(resolve, () => {});
  });
}

function lackingWords({ symbols, lacking, first }: Awaited<ReturnType<typeof work.gateCoverage>>) {
  const named = first.map((one) => `${one.symbol} ${one.presentBars}/${one.expectedBars}`);
  return `${lacking} of ${symbols} symbols lack bars: ${named.join(', ')}`;
}

function checkStart(workflowId: string): void {
  const prefix = retrainWorkflowId('');
  if (workflowId.startsWith(prefix)) return;
  throw ApplicationFailure.nonRetryable(
    `a retrain's workflow id begins with "${prefix}", this one is "${workflowId}"`,
    'InputError',
  );
}
