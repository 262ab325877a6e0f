import { WithStartWorkflowOperation, type WorkflowStartOptions } from '@temporalio/client';
import { inject, onTestFinished } from 'vitest';
import type { OperatorWord, ReportRunInput, RunReport } from '../shared/contracts/run.ts';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { TrainRequest } from '../shared/contracts/plan.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import {
  planned,
  scriptedStack,
  specs,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';
import type { trainRun } from './train-run.ts';

/** An operator who says why. */
export const word: OperatorWord = { who: 'asha', why: 'the disk is full' };

/** A stack whose run has `windows` windows in pages of `pageSize`, and what it reported. */
export async function operatedStack(
  windows: number,
  pageSize: number,
  script: Script = {},
): Promise<{ readonly stack: ScriptedStack; readonly reports: ReportRunInput[] }> {
  const all = specs(windows);
  return await reportingStack({
    planRun: ({ runId }) =>
      Promise.resolve({ ...planned(runId, windows, pageSize), cost: 400_000 * windows }),
    readPage: ({ page, retry }) =>
      Promise.resolve(
        retry === undefined
          ? all.slice((page - 1) * pageSize, page * pageSize)
          : retry.map(([window, from]) => ({
              ...all.find((spec) => spec.window === window)!,
              stages: from === 'teacher' ? ['teacher', 'student'] : ['student'],
            })),
      ),
    ...script,
  });
}

/** A stack that reports its run, and what it was asked to report; gone when the test is over. */
export async function reportingStack(
  script: Script,
): Promise<{ readonly stack: ScriptedStack; readonly reports: ReportRunInput[] }> {
  const reports: ReportRunInput[] = [];
  const stack = await scriptedStack(inject('temporalAddress'), {
    reportRun: (input) => {
      reports.push(input);
      return Promise.resolve(reported(input));
    },
    ...script,
  });
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return { stack, reports };
}

/** A report that says how a run ended, and counts nothing. */
function reported({ runId, cancelled, seconds }: ReportRunInput): RunReport {
  const { planToken, asOf } = planned(runId, 0, 1);
  const nothing = { trained: 0, reused: 0, failed: 0 };
  const stages = { teacher: nothing, student: nothing };
  const none = {
    planned: 0,
    trained: 0,
    reused: 0,
    skipped: {},
    failed: {},
    notStarted: 0,
    stages,
  };
  const state = cancelled ? 'cancelled' : 'completed';
  return { schema: 1, runId, planToken, asOf, state, counts: none, lanes: [], seconds };
}

const request: TrainRequest = {
  symbols: 'all',
  interval: '1d',
  from: '2022-01-01' as TradingDay,
  to: '2024-12-31' as TradingDay,
  recipe: 'symbol',
};
const started = {
  workflowId: 'train/run',
  taskQueue: orchestratorQueue,
  args: [{ request }],
} satisfies WorkflowStartOptions<typeof trainRun>;

/** Starts the run `train/run`. */
export async function startRun({ client }: ScriptedStack) {
  return await client.workflow.start<typeof trainRun>('trainRun', started);
}

/** The same, to go with a first word. */
export function startOperation() {
  return new WithStartWorkflowOperation<typeof trainRun>('trainRun', {
    ...started,
    workflowIdConflictPolicy: 'FAIL',
  });
}

/** The update's refusal in its words. */
export async function refusal(asked: Promise<unknown>): Promise<string> {
  const error = await asked.then(
    () => new Error('it was not refused'),
    (cause: unknown) => cause as Error & { readonly cause?: Error },
  );
  return (error as { cause?: Error }).cause?.message ?? error.message;
}
