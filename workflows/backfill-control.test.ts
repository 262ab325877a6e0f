import { describe, expect, test, vi } from 'vitest';
import { windowsInFlight, type BackfillProgress } from '../shared/contracts/backfill.ts';
import type { ReportBackfillInput, FetchOutcome } from '../shared/contracts/backfill.ts';
import { attributes, opened, pageOf, report, start, summary } from './backfill.fixture.ts';
import { refusal, word } from './operated-run.fixture.ts';
import { witness, type Script } from './scripted-stack.fixture.ts';

// An operator's word to a backfill:
// - paused, its open windows end and none begins, also after it has continued as new
// - limited, it has no more windows open at once
// - drained or cancelled now, it reports and counts what it has not started
// - what it waits for is its operator, then whatever it waited for before

/** A source that answers once it is let go, and how many it is asked for at once. */
function gatedSource() {
  const gate = Promise.withResolvers<void>();
  const asked = { open: 0, most: 0, all: 0 };
  const fetchBars = async (): Promise<FetchOutcome> => {
    asked.all += 1;
    asked.most = Math.max(asked.most, ++asked.open);
    await gate.promise;
    asked.open -= 1;
    return { outcome: 'fetched', rows: 2 };
  };
  return { asked, fetchBars, open: () => gate.resolve() };
}

function reporting(): { readonly script: Script; readonly reports: ReportBackfillInput[] } {
  const reports: ReportBackfillInput[] = [];
  const reportBackfill: Script['reportBackfill'] = (input) => {
    reports.push(input);
    return Promise.resolve(report(input));
  };
  return { script: { reportBackfill }, reports };
}

describe('a backfill that is paused', () => {
  test('ends its open windows, begins none, and goes on when it is resumed', async () => {
    const source = gatedSource();
    const stack = await opened({ ...pageOf(8), fetchBars: source.fetchBars });
    const run = await start(stack, 'p1');
    await vi.waitFor(() => expect(source.asked.all).toBe(windowsInFlight), 10_000);

    await run.executeUpdate('pause', { args: [word] });
    source.open();
    const paused = await vi.waitFor(async () => {
      const progress = await run.query<BackfillProgress>('backfillProgress');
      expect(progress.tally.stored).toBe(windowsInFlight);
      return progress;
    }, 10_000);
    const waiting = await attributes(stack, 'backfill/p1');
    const again = await refusal(run.executeUpdate('pause', { args: [word] }));
    await run.executeUpdate('resume', { args: [word] });
    const { counts } = await run.result();

    expect(paused.control).toMatchObject({ state: 'paused', ...word });
    expect(paused.tally.notStarted).toBe(2);
    expect(waiting).toMatchObject({ Waiting: 'operator' });
    expect(again).toBe('backfill "p1" is paused already: "asha" said "the disk is full"');
    expect(counts).toMatchObject({ planned: 8, stored: 8, notStarted: 0 });
    expect(await attributes(stack, 'backfill/p1')).not.toHaveProperty('Waiting');
    await witness(stack.client, 'backfill/p1', 'backfill-run.paused');
  });

  test('is paused still, and limited, when it has continued as new', async () => {
    // The test server suggests it after 200 events: some fifteen pages of one window.
    const stack = await opened({
      planBackfill: ({ interval }) => Promise.resolve(summary(interval, 20)),
    });
    const run = await start(stack, 'p2');
    await run.executeUpdate('limits', { args: [{ ...word, inFlight: 2 }] });
    const current = stack.client.workflow.getHandle('backfill/p2');
    await vi.waitFor(async () => {
      const { runId } = await current.describe();
      expect(runId).not.toBe(run.firstExecutionRunId);
    }, 20_000);

    const limited = await current.query<BackfillProgress>('backfillProgress');
    await run.result();

    expect(limited).toMatchObject({ inFlight: 2, control: word });
    await witness(stack.client, 'backfill/p2', 'backfill-run.limited', run.firstExecutionRunId);
  });
});

describe('a backfill that is limited', () => {
  test('has no more windows open at once', async () => {
    const source = gatedSource();
    const stack = await opened({ ...pageOf(8), fetchBars: source.fetchBars });
    const run = await start(stack, 'l1');
    await run.executeUpdate('limits', { args: [{ ...word, inFlight: 1 }] });
    await vi.waitFor(() => expect(source.asked.all).toBeGreaterThan(0), 10_000);
    const before = source.asked.all;
    source.open();
    await run.result();

    expect(source.asked.most).toBeLessThanOrEqual(before);
    expect(source.asked.all).toBe(8);
  });
});

describe('a backfill that its operator cancels', () => {
  test.each([
    ['drain', { stored: 6, cancelled: 0, notStarted: 2 }],
    ['now', { stored: 0, cancelled: 6, notStarted: 2 }],
  ] as const)('by "%s" reports, and counts what was not started', async (mode, counted) => {
    const source = gatedSource();
    const { script, reports } = reporting();
    const stack = await opened({ ...pageOf(8), ...script, fetchBars: source.fetchBars });
    const run = await start(stack, `c-${mode}`);
    await vi.waitFor(() => expect(source.asked.all).toBe(windowsInFlight), 10_000);

    await run.executeUpdate('cancelRun', { args: [{ ...word, mode }] });
    if (mode === 'drain') source.open();
    const ended = await run.result();
    source.open();

    expect(ended).toMatchObject({ state: 'cancelled', counts: { planned: 8, ...counted } });
    expect(reports).toMatchObject([{ cancelled: true, control: { state: 'draining', ...word } }]);
    await witness(stack.client, `backfill/c-${mode}`, `backfill-run.cancelled-${mode}`);
  });
});
