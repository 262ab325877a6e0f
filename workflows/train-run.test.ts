import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { CancelledFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { PlanRunInput, ReplayRequest } from '../shared/contracts/run.ts';
import { reportingStack, startRun } from './operated-run.fixture.ts';
import { ableLane, planned, specs, witness } from './scripted-stack.fixture.ts';
import type { trainRun } from './train-run.ts';

// A run:
// - plans once, trains page by page, extends predictions, reports
// - a page begins when the one before has handed out its last window; what stands on pooled models waits
// - a replay names the run it replays, and the run is listed by that
// - a request that cannot be met fails the run in the planner's words
// - cancelled, it still reports, and is listed as cancelled

describe('trainRun', () => {
  test('trains page by page, extends predictions and reports', async () => {
    const extended: number[] = [];
    const { stack, reports } = await reportingStack({
      planRun: ({ runId }) => Promise.resolve({ ...planned(runId, 5, 3), extendPages: 2 }),
      readPage: ({ page }) => Promise.resolve(specs(5).slice((page - 1) * 3, page * 3)),
      extendPredictions: ({ page }) => Promise.resolve(extended.push(page)),
    });
    await stack.lane('cpu0', ableLane('cpu0'));

    const run = await startRun(stack);
    const report = await run.result();

    expect(report.state).toBe('completed');
    expect(reports).toMatchObject([{ runId: 'run', cancelled: false }]);
    expect(extended).toEqual([1, 2]);
    const done = stack.records.flatMap((part) => part.done);
    const windows = done.filter(([, stage]) => stage === 'student').map(([window]) => window);
    expect(windows.toSorted()).toEqual(specs(5).map(({ window }) => window));
    expect(await run.query('progress')).toMatchObject({ closed: { trained: 5 } });
    await witness(stack.client, 'train/run', 'train-run.completed');
  });

  test('begins a page while the last window of the one before is at work', async () => {
    const pages: number[] = [];
    const isSecondRead = Promise.withResolvers<void>();
    const { stack } = await reportingStack({
      planRun: ({ runId }) => Promise.resolve(planned(runId, 4, 2)),
      readPage: ({ page }) => {
        pages.push(page);
        if (page === 2) isSecondRead.resolve();
        return Promise.resolve(specs(4, ['teacher']).slice((page - 1) * 2, page * 2));
      },
    });
    const able = ableLane('cpu0');
    const { fitTeacher } = ableLane('cpu1');
    await stack.lane('cpu0', able);
    await stack.lane('cpu1', {
      fitTeacher: async (task) => {
        // The lane's first window goes on until the second page has been read.
        await isSecondRead.promise;
        return await fitTeacher(task);
      },
    });

    const run = await startRun(stack);
    await run.result();

    expect(pages).toEqual([1, 2]);
    expect(await run.query('progress')).toMatchObject({ closed: { trained: 4 }, openBatches: [] });
    await witness(stack.client, 'train/run', 'train-run.overlapped');
    await witness(stack.client, 'train/run/1', 'train-batch.followed');
    await witness(stack.client, 'train/run/2', 'train-batch.follows');
  });

  test('has pages that stand on pooled models wait for them', async () => {
    const read: { page: number; recorded: number }[] = [];
    const { stack } = await reportingStack({
      planRun: ({ runId }) =>
        Promise.resolve({ ...planned(runId, 3, 2), pooledWindows: 1, trainPages: 2 }),
      readPage: ({ page }) => {
        read.push({ page, recorded: stack.records.length });
        const all = specs(3, ['teacher']);
        return Promise.resolve(page === 1 ? all.slice(0, 1) : all.slice(1));
      },
    });
    await stack.lane('cpu0', ableLane('cpu0'));

    const run = await startRun(stack);
    await run.result();

    expect(read).toEqual([
      { page: 1, recorded: 0 },
      { page: 2, recorded: 1 },
    ]);
    await witness(stack.client, 'train/run', 'train-run.pooled-first');
  });

  test('replays windows of another run, and is listed by it from the start', async () => {
    const asked: PlanRunInput[] = [];
    const { promise: mayPlan, resolve: goOn } = Promise.withResolvers<void>();
    const { stack } = await reportingStack({
      planRun: async (input) => {
        asked.push(input);
        await mayPlan;
        return planned(input.runId, 2, 2);
      },
      readPage: () => Promise.resolve(specs(2)),
    });
    await stack.lane('cpu0', ableLane('cpu0'));
    const replay: ReplayRequest = { of: 'earlier', reason: 'DataError' };

    const run = await stack.client.workflow.start<typeof trainRun>('trainRun', {
      workflowId: 'train/again',
      taskQueue: orchestratorQueue,
      args: [{ replay }],
    });
    await expect.poll(() => asked).toMatchObject([{ runId: 'again', replay }]);
    const { searchAttributes } = await run.describe();
    goOn();
    const report = await run.result();

    expect(searchAttributes).toMatchObject({ Run: ['again'], ReplayOf: ['earlier'] });
    expect(asked[0]).not.toHaveProperty('request');
    expect(report.state).toBe('completed');
    await witness(stack.client, 'train/again', 'train-run.replayed');
  });

  test('fails in the words of the planner', async () => {
    const { stack } = await reportingStack({
      planRun: () =>
        Promise.reject(
          ApplicationFailure.create({ type: 'InputError', message: '"OBEROI" is not known' }),
        ),
    });

    const failure = await (await startRun(stack)).result().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(WorkflowFailedError);
    expect(failure).toMatchObject({
      cause: { cause: { type: 'InputError', message: '"OBEROI" is not known' } },
    });
    await witness(stack.client, 'train/run', 'train-run.refused');
  });

  test('reports what was done when it is cancelled', async () => {
    const reading = Promise.withResolvers<void>();
    const { stack, reports } = await reportingStack({
      planRun: ({ runId }) => Promise.resolve(planned(runId, 4, 4)),
      readPage: () => {
        reading.resolve();
        return Promise.resolve(specs(4));
      },
    });
    await stack.announce('cpu0');

    const run = await startRun(stack);
    await reading.promise;
    await run.cancel();
    const failure = await run.result().catch((error: unknown) => error);

    expect(failure).toMatchObject({ cause: expect.any(CancelledFailure) });
    expect(reports).toMatchObject([{ cancelled: true }]);
    await witness(stack.client, 'train/run', 'train-run.cancelled');
  });
});
