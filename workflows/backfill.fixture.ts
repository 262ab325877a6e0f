import { ApplicationFailure } from '@temporalio/common';
import { inject, onTestFinished } from 'vitest';
import type {
  BackfillPlanSummary,
  BackfillReport,
  BackfillRequest,
  BackfillSpec,
  FetchBarsInput,
  FetchOutcome,
  ReportBackfillInput,
  StoredWindow,
} from '../shared/contracts/backfill.ts';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { ErrorClass } from '../shared/contracts/errors.ts';
import type { Interval, TradingDay } from '../shared/contracts/time.ts';
import type { backfillRun } from './backfill-run.ts';
import { scriptedStack, type Script, type ScriptedStack } from './scripted-stack.fixture.ts';

/** A backfill of the daily bars of two symbols. */
export const request: BackfillRequest = {
  source: 'simulated',
  symbols: ['A', 'B'],
  intervals: ['1d'],
  from: '2024-01-01' as TradingDay,
  to: '2024-12-31' as TradingDay,
};
export const span = { from: '2024-01-01' as TradingDay, to: '2024-01-03' as TradingDay };
export const window = 'A/1d/2024-01-01..2024-01-03';
export const stored: StoredWindow = {
  requests: 1,
  rows: 2,
  added: 2,
  changed: 0,
  quarantined: 0,
  empty: {},
};

export function summary(interval: Interval, pages = 1): BackfillPlanSummary {
  const counts = { windows: pages, pages, requests: pages, sessions: 2 * pages };
  return { root: '0badcafe', interval, resting: { complete: 1 }, ...counts };
}

function spec(interval: Interval, page = 1): BackfillSpec {
  const symbol = page === 1 ? 'A' : `A${page}`;
  const id = `${symbol}/${interval}/2024-01-01..2024-01-03`;
  return { window: id, symbol, interval, requests: 1, ...span };
}

export function report({ runId, tally, cancelled, seconds }: ReportBackfillInput): BackfillReport {
  const state = cancelled ? 'cancelled' : 'completed';
  return { schema: 1, runId, state, counts: tally, seconds };
}

export async function opened(script: Script): Promise<ScriptedStack> {
  const stack = await scriptedStack(inject('temporalAddress'), {
    planBackfill: ({ interval }) => Promise.resolve(summary(interval)),
    readBackfillPage: ({ interval, page }) => Promise.resolve([spec(interval, page)]),
    readRequests: () => Promise.resolve([span]),
    fetchBars: () => Promise.resolve({ outcome: 'fetched', rows: 2 }),
    storeBars: () => Promise.resolve(stored),
    compactBars: () => Promise.resolve({ compacted: 1, damaged: 0 }),
    reportBackfill: (input) => Promise.resolve(report(input)),
    ...script,
  });
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return stack;
}

/** A script with so many windows on one page: A, B, C, … */
export const pageOf = (windows: number): Script => ({
  planBackfill: ({ interval }) => Promise.resolve({ ...summary(interval), windows }),
  readBackfillPage: ({ interval }) =>
    Promise.resolve(Array.from({ length: windows }, (_, page) => spec(interval, page + 1))),
});

export const refusal = (type: ErrorClass): Promise<never> =>
  Promise.reject(ApplicationFailure.nonRetryable('it is refused', type));

export const start = async ({ client }: ScriptedStack, runId: string, asked = request) =>
  await client.workflow.start<typeof backfillRun>('backfillRun', {
    workflowId: `backfill/${runId}`,
    taskQueue: orchestratorQueue,
    args: [{ request: asked }],
  });

/** Answers of a source, one after the other, and what it was asked. */
export function source(...answers: readonly FetchOutcome[]) {
  const asked: FetchBarsInput[] = [];
  const fetchBars = (input: FetchBarsInput): Promise<FetchOutcome> => {
    asked.push(input);
    return Promise.resolve(answers[asked.length - 1] ?? { outcome: 'fetched', rows: 2 });
  };
  return { asked, fetchBars };
}

export async function attributes({ client }: ScriptedStack, workflowId: string) {
  const { typedSearchAttributes } = await client.workflow.getHandle(workflowId).describe();
  return Object.fromEntries(
    typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
}
