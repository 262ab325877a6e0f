import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { describe, expect, test, vi } from 'vitest';
import type {
  BackfillProgress,
  RecordFailuresInput,
  ReportBackfillInput,
} from '../shared/contracts/backfill.ts';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { Interval } from '../shared/contracts/time.ts';
import {
  attributes,
  opened,
  pageOf,
  refusal,
  report,
  request,
  source,
  start,
  summary,
  window,
} from './backfill.fixture.ts';
import { witness } from './scripted-stack.fixture.ts';

// A backfill:
// - plans each interval in order, fetches every request once, stores, compacts, reports
// - counts a window that failed, and goes on; records every failure in parts
// - continues as new between pages with all that it had counted
// - cancelled, it ends what is open and still reports

describe('backfillRun', () => {
  test('brings in one interval after the other, and adds up what came', async () => {
    const steps: string[] = [];
    const stack = await opened({
      planBackfill: ({ interval }) => {
        steps.push(`plan ${interval}`);
        return Promise.resolve(summary(interval));
      },
      compactBars: ({ interval }) => {
        steps.push(`compact ${interval}`);
        return Promise.resolve({ compacted: 1, damaged: 0 });
      },
    });

    const run = await start(stack, 'r1', { ...request, intervals: ['1d', '5m'] });
    const { state, counts } = await run.result();

    expect(state).toBe('completed');
    expect(steps).toEqual(['plan 1d', 'compact 1d', 'plan 5m', 'compact 5m']);
    expect(counts).toMatchObject({ planned: 2, stored: 2, requests: 2, rows: 4, added: 4 });
    expect(counts).toMatchObject({ leastRequests: 2, resting: { complete: 2 }, failed: {} });
    expect(await attributes(stack, `backfill/r1/${window}`)).toMatchObject({
      Run: 'r1',
      Symbol: 'A',
      Interval: '1d',
      Outcome: 'stored',
    });
    await witness(stack.client, 'backfill/r1', 'backfill-run.completed');
    await witness(stack.client, `backfill/r1/${window}`, 'backfill-window.stored');
  });

  test('counts a window that failed in its words, and goes on', async () => {
    const stack = await opened({
      planBackfill: ({ interval }) => Promise.resolve(summary(interval, 2)),
      fetchBars: ({ window: id }) =>
        id === window
          ? Promise.reject(ApplicationFailure.nonRetryable('the key is refused', 'InputError'))
          : Promise.resolve({ outcome: 'fetched', rows: 2 }),
    });

    const { counts } = await (await start(stack, 'r5')).result();

    expect(counts).toMatchObject({ planned: 2, stored: 1, failed: { InputError: 1 } });
    expect(counts.failures).toEqual([
      { window, class: 'InputError', message: 'the key is refused' },
    ]);
    expect(await attributes(stack, `backfill/r5/${window}`)).toMatchObject({
      Outcome: 'failed',
      Reason: 'InputError',
    });
    await witness(stack.client, 'backfill/r5', 'backfill-run.failed-window');
    await witness(stack.client, `backfill/r5/${window}`, 'backfill-window.failed');
  });

  test('continues as new between pages and loses no count', async () => {
    // The test server suggests it after 200 events: some fifteen pages of one window.
    const pages = 20;
    const plans: Interval[] = [];
    const stack = await opened({
      planBackfill: ({ interval }) => {
        plans.push(interval);
        return Promise.resolve(summary(interval, pages));
      },
    });
    const run = await start(stack, 'r6');

    const { counts } = await run.result();

    const described = await run.describe();
    expect(described.runId, 'another execution than the first').not.toBe(run.firstExecutionRunId);
    expect(counts).toMatchObject({ planned: pages, stored: pages, rows: 2 * pages });
    expect(plans).toEqual(['1d']);
    await witness(stack.client, 'backfill/r6', 'backfill-run.continues', run.firstExecutionRunId);
    await witness(stack.client, 'backfill/r6', 'backfill-run.continued', described.runId);
  });

  test('cancelled, ends what is open and still reports', async () => {
    const reports: ReportBackfillInput[] = [];
    const { fetchBars } = source({ outcome: 'waits', for: 'session' });
    const stack = await opened({
      fetchBars,
      reportBackfill: (input) => {
        reports.push(input);
        return Promise.resolve(report(input));
      },
    });
    const run = await start(stack, 'r7');
    await vi.waitFor(
      async () =>
        expect((await run.query<BackfillProgress>('backfillProgress')).waiting.session).toBe(1),
      10_000,
    );

    await run.cancel();
    const ended = await run.result().catch((error: unknown) => error);

    expect((ended as WorkflowFailedError).cause).toBeInstanceOf(CancelledFailure);
    expect(reports).toMatchObject([{ cancelled: true, tally: { planned: 1, stored: 0 } }]);
    const child = await stack.client.workflow.getHandle(`backfill/r7/${window}`).describe();
    expect(child.status.name).toBe('CANCELLED');
    await witness(stack.client, 'backfill/r7', 'backfill-run.cancelled');
  });

  test('takes intervals in their order, each once, however they are asked for', async () => {
    const steps: string[] = [];
    const stack = await opened({
      planBackfill: ({ interval }) => {
        steps.push(interval);
        return Promise.resolve(summary(interval));
      },
    });

    await (await start(stack, 'w1', { ...request, intervals: ['5m', '1d', '5m'] })).result();

    expect(steps).toEqual(['1d', '5m']);
  });

  test.each([
    ['under another id', 'fill/w2', request, `a backfill's workflow id begins with "backfill/"`],
    ['without intervals', 'backfill/w2', { ...request, intervals: [] }, 'should name some of "1d"'],
    ['without a request', 'backfill/w2', undefined, 'should name some of "1d"'],
  ])('refuses to start %s', async (_, workflowId, asked, words) => {
    const { client } = await opened({});

    const ended = client.workflow.execute('backfillRun', {
      workflowId,
      taskQueue: orchestratorQueue,
      args: [{ request: asked }],
    });

    const error = await ended.catch((cause: unknown) => cause);
    expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'InputError' });
    expect((error as WorkflowFailedError).cause?.message).toContain(words);
  });

  test('records all failures, eight at a time, and tells the first few', async () => {
    const recorded: RecordFailuresInput[] = [];
    const stack = await opened({
      ...pageOf(10),
      fetchBars: () => refusal('InputError'),
      recordFailures: (input) => Promise.resolve(void recorded.push(input)),
    });

    const { counts } = await (await start(stack, 'w7')).result();

    expect(counts).toMatchObject({ planned: 10, stored: 0, failed: { InputError: 10 } });
    expect(counts.failures).toHaveLength(4);
    expect(recorded.map(({ before, failures }) => [before, failures.length])).toEqual([
      [0, 8],
      [8, 2],
    ]);
    const names = recorded.flatMap(({ failures }) => failures.map((one) => one.window));
    expect(new Set(names).size).toBe(10);
  });

  test.each([
    [
      'some series are damaged',
      () => Promise.resolve({ compacted: 0, damaged: 3 }),
      { DataError: 3 },
      0,
    ],
    ['it fails as a whole', () => refusal('LaneError'), { LaneError: 1 }, 1],
  ] as const)('goes on where %s when it compacts', async (_, compactBars, failed, told) => {
    const stack = await opened({ compactBars });

    const { state, counts } = await (
      await start(stack, 'w8', { ...request, intervals: ['1d', '5m'] })
    ).result();

    expect(state).toBe('completed');
    const [[name, count]] = Object.entries(failed);
    expect(counts).toMatchObject({ planned: 2, stored: 2, failed: { [name]: count * 2 } });
    expect(counts.failures.map((one) => one.window)).toEqual(told === 0 ? [] : ['1d', '5m']);
  });
});
