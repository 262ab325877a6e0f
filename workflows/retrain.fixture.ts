import { inject, onTestFinished } from 'vitest';
import { retrainWorkflowId, orchestratorQueue } from '../shared/contracts/ids.ts';
import type {
  BriefingInput,
  BriefingResult,
  NightPlan,
  NotifyInput,
  RetrainInput,
} from '../shared/contracts/nightly.ts';
import type { ReportRunInput, RunReport } from '../shared/contracts/run.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { report as backfillReport, summary } from './backfill.fixture.ts';
import type { retrain } from './retrain.ts';
import {
  planned,
  scriptedStack,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';

const asOf = '2024-12-31' as TradingDay;
const session = '2025-01-01' as TradingDay;

/** A night of a schedule that fetches from the simulated exchange. */
export const request: RetrainInput = {
  schedule: 'nightly',
  root: '0badcafe',
  at: '20:00',
  on: 'sessions',
  train: { symbols: 'all', interval: '1d', recipe: 'symbol', lastDays: 400 },
  backfill: {
    source: 'simulated',
    symbols: ['A'],
    intervals: ['1d'],
    from: '2024-01-01' as TradingDay,
    lateAfterMinutes: 30,
  },
  gate: { sessions: 21, minimumCoverage: 0.98, minimumSymbols: 0.9, lacking: 'leave-out' },
  deadline: '08:45',
  scoringMinutes: 15,
  minimumTurnover: 0,
};

/** The plan of such a night; its deadline is an hour away unless said otherwise. */
export function nightPlan(options: Partial<NightPlan> = {}): NightPlan {
  const { gate: _, train, ...rest } = request;
  return {
    root: '0badcafe',
    asOf,
    session,
    runId: '2024-12-31-nightly',
    backfillId: '2024-12-31-bars-nightly',
    train: { ...train, from: '2023-11-27' as TradingDay, to: asOf, asOf },
    backfill: {
      source: 'simulated',
      symbols: ['A'],
      intervals: ['1d'],
      from: rest.backfill?.from ?? asOf,
      to: asOf,
    },
    scoreInMs: 3_600_000,
    lateInMs: 1_800_000,
    ...options,
  };
}

/** A stack whose nights do everything at once, and what they were asked. */
export interface NightStack {
  readonly stack: ScriptedStack;
  readonly briefings: BriefingInput[];
  readonly notices: NotifyInput[];
  /** Steps in the order in which they began. */
  readonly steps: string[];
}

/** Opens a scripted stack for nights: one channel, bars complete, nothing to train. */
export async function nightStack(script: Script = {}): Promise<NightStack> {
  const briefings: BriefingInput[] = [];
  const notices: NotifyInput[] = [];
  const steps: string[] = [];
  const noted = <T>(step: string, value: T): Promise<T> => {
    steps.push(step);
    return Promise.resolve(value);
  };
  const stack = await scriptedStack(inject('temporalAddress'), {
    planNight: () => Promise.resolve(nightPlan()),
    planBackfill: ({ interval }) => noted('backfill', { ...summary(interval, 0), windows: 0 }),
    reportBackfill: (input) => Promise.resolve(backfillReport(input)),
    gateCoverage: ({ train }) =>
      noted('gate', { passes: true, symbols: 1, lacking: 0, first: [], train }),
    planRun: ({ runId }) => noted('train', planned(runId, 0, 1)),
    reportRun: (input) => Promise.resolve(runReport(input)),
    weighEvidence: () => noted('evidence', { windows: 1, missing: 0 }),
    scoreSession: ({ runId }) =>
      noted('score', { session, scored: 1, stale: 0, excluded: 0, models: runId }),
    writeBriefing: (input) => {
      briefings.push(input);
      return noted('briefing', briefingOf(input));
    },
    listChannels: () => Promise.resolve(['desk']),
    notify: (input) => Promise.resolve(void notices.push(input)),
    ...script,
  });
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return { stack, briefings, notices, steps };
}

function briefingOf({ steps, cancelled }: BriefingInput): BriefingResult {
  const isWhole = steps.every(({ ended }) => ended === 'done');
  const state = cancelled ? 'cancelled' : isWhole ? 'completed' : 'incomplete';
  return { state, subject: `the night is ${state}` };
}

/** A run's report, with nothing in it. */
export function runReport(
  { runId, cancelled, seconds }: ReportRunInput,
  state: RunReport['state'] = cancelled ? 'cancelled' : 'completed',
): RunReport {
  const { planToken } = planned(runId, 0, 1);
  const nothing = { trained: 0, reused: 0, failed: 0 };
  const counts = {
    planned: 0,
    trained: 0,
    reused: 0,
    skipped: {},
    failed: {},
    notStarted: 0,
    stages: { teacher: nothing, student: nothing },
  };
  return { schema: 1, runId, planToken, asOf, state, counts, lanes: [], seconds };
}

/** The workflow id that a night has when its schedule starts it. */
export const nightId = `${retrainWorkflowId('nightly')}-2024-12-31T14:30:00Z`;

/** Starts a night as somebody does by hand. */
export async function startNight({ stack: { client } }: NightStack, workflowId = nightId) {
  return await client.workflow.start<typeof retrain>('retrain', {
    workflowId,
    taskQueue: orchestratorQueue,
    args: [request],
  });
}
