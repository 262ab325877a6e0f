import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, test, vi } from 'vitest';
import type { GateResult, PlanNightInput } from '../shared/contracts/nightly.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { attributes } from './backfill.fixture.ts';
import {
  nightId,
  nightPlan,
  nightStack,
  request,
  runReport,
  startNight,
} from './retrain.fixture.ts';
import { witness } from './scripted-stack.fixture.ts';

// A night:
// - takes every step in order, its children above what is replayed, and tells every channel once
// - takes its day from the time its schedule meant; a holiday ends at once, and nobody is told
// - writes down a step that fails, and goes on: the briefing is never lost
// - does not train where the gate stays shut, and scores all the same
// - scores when the deadline comes, and leaves what still runs to itself
// - says that bars are late while it waits for them
// - cancelled, it still says so

const asOf = '2024-12-31' as TradingDay;
const refused = (message: string): Promise<never> =>
  Promise.reject(ApplicationFailure.nonRetryable(message, 'DataError'));

describe('retrain', () => {
  test('fetches, gates, trains, weighs, scores, writes and tells, in that order', async () => {
    const night = await nightStack();

    const run = await startNight(night);
    const report = await run.result();

    const inOrder = ['backfill', 'gate', 'train', 'evidence', 'score', 'briefing'];
    expect(night.steps).toEqual(inOrder);
    expect(report).toMatchObject({ state: 'completed', asOf, told: ['desk'], untold: [] });
    expect(report.steps.map(({ ended }) => ended)).toEqual(Array(6).fill('done'));
    expect(night.notices).toMatchObject([
      { channel: 'desk', kind: 'briefing', runId: '2024-12-31-nightly' },
    ]);
    expect(night.notices[0].key).toBe(`${nightId}/${run.firstExecutionRunId}/briefing`);
    expect(await attributes(night.stack, nightId)).toMatchObject({
      Run: '2024-12-31-nightly',
      Outcome: 'completed',
      AsOf: new Date('2024-12-31T00:00:00Z'),
    });
    await witness(night.stack.client, nightId, 'retrain.completed');
  });

  test('puts its children before what is replayed or historical', async () => {
    const night = await nightStack();

    await (await startNight(night)).result();

    for (const id of ['backfill/2024-12-31-bars-nightly', 'train/2024-12-31-nightly']) {
      const { priority } = await night.stack.client.workflow.getHandle(id).describe();
      expect(priority).toMatchObject({ priorityKey: 2 });
    }
  });

  test('ends at once on a holiday and tells nobody', async () => {
    const reason = 'the exchange held no session on 2024-12-25: Christmas';
    const night = await nightStack({
      planNight: () =>
        Promise.resolve({ skip: 'holiday', asOf: '2024-12-25' as TradingDay, reason }),
    });

    const report = await (await startNight(night)).result();

    expect(report).toMatchObject({ state: 'skipped', asOf: '2024-12-25', reason, steps: [] });
    expect(night.steps).toEqual([]);
    expect(night.notices).toEqual([]);
    expect(await attributes(night.stack, nightId)).toMatchObject({
      Outcome: 'skipped',
      Reason: 'holiday',
    });
    await witness(night.stack.client, nightId, 'retrain.holiday');
  });

  test('takes its day from the time that its schedule meant', async () => {
    const asked: PlanNightInput[] = [];
    const reason = 'nothing to do';
    const night = await nightStack({
      planNight: (input) => {
        asked.push(input);
        return Promise.resolve({ skip: 'holiday', asOf, reason });
      },
    });
    const { schedule } = night.stack.client;
    const handle = await schedule.create({
      scheduleId: 'nightly',
      spec: { calendars: [{ hour: 20 }], timezone: 'Asia/Kolkata' },
      action: {
        type: 'startWorkflow',
        workflowType: 'retrain',
        workflowId: 'retrain/nightly',
        taskQueue: 'sensequant',
        args: [request],
      },
      state: { paused: true },
    });
    const meant = new Date('2024-12-30T20:00:00+05:30');
    const [start, end] = [new Date(meant.getTime() - 1000), new Date(meant.getTime() + 1000)];

    await handle.backfill({ start, end, overlap: 'BUFFER_ALL' });
    await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000);

    expect(asked[0]).toMatchObject({
      scheduledFor: '2024-12-30T14:30:00.000Z',
      workflowId: 'retrain/nightly-2024-12-30T14:30:00Z',
    });
  });

  test.each([
    ['backfill', { planBackfill: () => refused('the first day is unknown') }],
    ['gate', { gateCoverage: () => refused('a head is damaged') }],
    ['train', { planRun: () => refused('bars are damaged') }],
    ['evidence', { weighEvidence: () => refused('predictions are damaged') }],
    ['score', { scoreSession: () => refused('a model is damaged') }],
  ] as const)('goes on to its briefing where "%s" fails', async (step, script) => {
    const night = await nightStack(script);

    const report = await (await startNight(night)).result();

    expect(report.state).toBe('incomplete');
    const [briefing] = night.briefings;
    const failed = briefing.steps.find((one) => one.step === step);
    expect(failed).toMatchObject({ ended: 'failed', class: 'DataError' });
    expect(failed?.message).toMatch(/damaged|unknown/);
    // Scores are made by earlier models, whatever went wrong before.
    expect(briefing.steps.map((one) => one.step)).toContain('score');
    expect(night.notices).toMatchObject([{ kind: 'briefing' }]);
    expect(await attributes(night.stack, nightId)).toMatchObject({
      Outcome: 'incomplete',
      Reason: step,
    });
    await witness(night.stack.client, nightId, `retrain.failed-${step}`);
  });

  test('scores without training where too many symbols lack bars', async () => {
    const shut: Omit<GateResult, 'train'> = {
      passes: false,
      symbols: 2,
      lacking: 1,
      first: [{ symbol: 'TCS', presentBars: 20, expectedBars: 21 }],
    };
    const night = await nightStack({
      gateCoverage: ({ train }) => Promise.resolve({ ...shut, train }),
    });

    await (await startNight(night)).result();

    expect(night.steps).toEqual(['backfill', 'score', 'briefing']);
    expect(night.briefings[0].steps).toMatchObject([
      { step: 'backfill', ended: 'done' },
      { step: 'gate', ended: 'failed', message: '1 of 2 symbols lack bars: TCS 20/21' },
      { step: 'train', ended: 'left-out' },
      { step: 'evidence', ended: 'left-out' },
      { step: 'score', ended: 'done' },
    ]);
    await witness(night.stack.client, nightId, 'retrain.gate-shut');
  });

  test('trains without the symbols that the gate leaves out', async () => {
    const asked: unknown[] = [];
    const night = await nightStack({
      gateCoverage: ({ train }) =>
        Promise.resolve({
          passes: true,
          symbols: 2,
          lacking: 1,
          first: [],
          train: { ...train, symbols: ['INFY'] },
        }),
      planRun: ({ request: train }) => {
        asked.push(train?.symbols);
        return refused('it is planned');
      },
    });

    await (await startNight(night)).result();

    expect(asked).toEqual([['INFY']]);
  });

  test('scores when the deadline comes and leaves the training to itself', async () => {
    const training = Promise.withResolvers<void>();
    const night = await nightStack({
      planNight: () => Promise.resolve(nightPlan({ scoreInMs: 1500 })),
      reportRun: async (input) => {
        await training.promise;
        return runReport(input);
      },
    });

    const report = await (await startNight(night)).result();
    const left = await night.stack.client.workflow.getHandle('train/2024-12-31-nightly').describe();
    training.resolve();

    expect(report.state).toBe('incomplete');
    expect(night.steps).toEqual(['backfill', 'gate', 'train', 'score', 'briefing']);
    expect(night.briefings[0].steps).toMatchObject([
      { step: 'backfill', ended: 'done' },
      { step: 'gate', ended: 'done' },
      { step: 'train', ended: 'late' },
      { step: 'evidence', ended: 'left-out' },
      { step: 'score', ended: 'done' },
    ]);
    expect(left.status.name).toBe('RUNNING');
    await witness(night.stack.client, nightId, 'retrain.late');
  });

  test('says that bars are late, and what to do, while it waits for them', async () => {
    const bars = Promise.withResolvers<void>();
    const night = await nightStack({
      planNight: () => Promise.resolve(nightPlan({ lateInMs: 500 })),
      reportBackfill: async ({ runId, tally, seconds }) => {
        await bars.promise;
        return { schema: 1, runId, state: 'completed', counts: tally, seconds };
      },
    });

    const run = await startNight(night);
    await vi.waitFor(() => expect(night.notices).toHaveLength(1), 20_000);
    bars.resolve();
    const report = await run.result();

    expect(night.notices.map(({ kind }) => kind)).toEqual(['bars-late', 'briefing']);
    expect(night.notices[0].text).toContain('session');
    expect(report.state).toBe('completed');
    await witness(night.stack.client, nightId, 'retrain.bars-late');
  });

  test('says so where a run is over the threshold', async () => {
    const night = await nightStack({
      reportRun: (input) => Promise.resolve(runReport(input, 'over-threshold')),
    });

    const report = await (await startNight(night)).result();

    expect(report.steps).toContainEqual({
      step: 'train',
      ended: 'failed',
      message: 'too many windows failed: over the threshold',
    });
  });

  test('tells every other channel where one refuses, and reports which', async () => {
    const night = await nightStack({
      listChannels: () => Promise.resolve(['desk', 'mail']),
      notify: ({ channel }) =>
        channel === 'mail'
          ? Promise.reject(ApplicationFailure.nonRetryable('no such user', 'InputError'))
          : Promise.resolve(),
    });

    const report = await (await startNight(night)).result();

    expect(report).toMatchObject({ state: 'completed', told: ['desk'], untold: ['mail'] });
  });

  test('tells of a night that cannot begin, and fails in the same words', async () => {
    const night = await nightStack({
      planNight: () =>
        Promise.reject(ApplicationFailure.nonRetryable('"from" is unknown', 'InputError')),
    });

    const error = await (await startNight(night)).result().catch((cause: unknown) => cause);

    expect(error).toBeInstanceOf(WorkflowFailedError);
    expect(night.notices).toMatchObject([{ kind: 'failed', channel: 'desk' }]);
    expect(night.notices[0].subject).toContain('"from" is unknown');
    await witness(night.stack.client, nightId, 'retrain.refused');
  });

  test('still says what was done when it is cancelled', async () => {
    const begun = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    const night = await nightStack({
      gateCoverage: async ({ train }) => {
        begun.resolve();
        await ended.promise;
        return { passes: true, symbols: 1, lacking: 0, first: [], train };
      },
    });

    const run = await startNight(night);
    await begun.promise;
    await run.cancel();
    const error = await run.result().catch((cause: unknown) => cause);
    ended.resolve();

    expect((error as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(night.briefings).toMatchObject([{ cancelled: true }]);
    expect(night.notices).toMatchObject([{ kind: 'briefing' }]);
    await witness(night.stack.client, nightId, 'retrain.cancelled');
  });

  test('refuses to start under another id', async () => {
    const night = await nightStack();

    const error = await (await startNight(night, 'night/1')).result().catch((e: unknown) => e);

    expect((error as WorkflowFailedError).cause?.message).toContain('begins with "retrain/"');
  });
});
