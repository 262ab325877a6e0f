import { ApplicationFailure, WorkflowFailedError } from '@temporalio/client';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { setTimeout as pause } from 'node:timers/promises';
import { lanesWorkflowId } from '../shared/contracts/ids.ts';
import type { Stage } from '../shared/contracts/outcome.ts';
import { defaultInFlight, type LanesView } from '../shared/contracts/lanes.ts';
import { pageSize, type BatchTally, type PageRecord } from '../shared/contracts/run.ts';
import {
  ableLane,
  scriptedStack,
  specs,
  startBatch,
  witness,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';

// A page over its lanes:
// - every window is done once and recorded once, whatever the number of lanes
// - a failed window fails neither its page nor its neighbours
// - a lane that goes silent costs its windows a second hand-over, and is fed no more
// - a page waits for lanes where there are none, and for a disk that is full
// - cancelled, it ends what is in flight and records what was done
// - messages stay below 4 KiB

const batchId = 'train/run/1';

async function opened(windows: number, script: Script = {}): Promise<ScriptedStack> {
  const stack = await scriptedStack(inject('temporalAddress'), {
    readPage: () => Promise.resolve(specs(windows)),
    ...script,
  });
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return stack;
}

async function ended({ client }: ScriptedStack): Promise<BatchTally> {
  return await client.workflow.getHandle(batchId).result();
}

function recorded(stack: ScriptedStack, stage: Stage): string[] {
  return stack.records
    .flatMap(({ done, failed }) => [
      ...done.filter(([, name]) => name === stage).map(([window]) => window),
      ...failed.filter((one) => one.stage === stage).map(({ window }) => window),
    ])
    .toSorted();
}

const windowsOf = (count: number): string[] =>
  specs(count)
    .map(({ window }) => window)
    .toSorted();

describe('trainBatch', () => {
  test('does every window once over two lanes and records it once', async () => {
    const stack = await opened(45);
    await stack.lane('cpu0', ableLane('cpu0'));
    await stack.lane('cpu1', ableLane('cpu1'));

    await startBatch(stack.client, 'run');
    const tally = await ended(stack);

    expect(tally).toMatchObject({ trained: 45, reused: 0, failed: {} });
    expect(tally.stages).toEqual({
      teacher: { trained: 45, reused: 0, failed: 0 },
      student: { trained: 45, reused: 0, failed: 0 },
    });
    expect(tally.lanes.map(({ lane }) => lane)).toEqual(['cpu0', 'cpu1']);
    expect(recorded(stack, 'teacher')).toEqual(windowsOf(45));
    expect(recorded(stack, 'student')).toEqual(windowsOf(45));
    expect(stack.records.length).toBeGreaterThan(1);
    for (const part of stack.records) expect(JSON.stringify(part).length).toBeLessThan(4096);
    await witness(stack.client, batchId, 'train-batch.done');
  });

  test('goes on when windows fail', async () => {
    const stack = await opened(6);
    const able = ableLane('cpu0');
    const damaged = ApplicationFailure.create({ type: 'DataError', message: 'damaged' });
    await stack.lane('cpu0', {
      fitTeacher: (task) =>
        task.window.startsWith('SYM2') ? Promise.reject(damaged) : able.fitTeacher(task),
      fitStudent: (task) =>
        task.window.startsWith('SYM3') ? Promise.reject(damaged) : able.fitStudent(task),
    });

    await startBatch(stack.client, 'run');
    const tally = await ended(stack);

    expect(tally).toMatchObject({ trained: 4, failed: { DataError: 2 } });
    expect(tally.stages).toEqual({
      teacher: { trained: 5, reused: 0, failed: 1 },
      student: { trained: 4, reused: 0, failed: 1 },
    });
    const failed = stack.records.flatMap((part) => part.failed);
    expect(failed.toSorted((a, b) => (a.window < b.window ? -1 : 1))).toMatchObject([
      { window: windowsOf(4)[2], stage: 'teacher', class: 'DataError', message: 'damaged' },
      { window: windowsOf(4)[3], stage: 'student', class: 'DataError', message: 'damaged' },
    ]);
    await witness(stack.client, batchId, 'train-batch.failed-window');
  });

  test('waits with its records until the disk takes them', async () => {
    let tries = 0;
    const full = ApplicationFailure.create({
      type: 'LaneError',
      message: 'the disk is full',
      nextRetryDelay: 1,
    });
    const parts: PageRecord[] = [];
    const stack = await opened(1, {
      recordPage: (part) =>
        ++tries <= 20 ? Promise.reject(full) : Promise.resolve(void parts.push(part)),
    });
    await stack.lane('cpu0', ableLane('cpu0'));

    await startBatch(stack.client, 'run');

    expect(await ended(stack)).toMatchObject({ trained: 1, failed: {} });
    expect(parts.flatMap(({ done }) => done)).toHaveLength(2);
  });

  test('distils alone where the teachers stand', async () => {
    const stack = await opened(3, { readPage: () => Promise.resolve(specs(3, ['student'])) });
    await stack.lane('cpu0', { fitStudent: ableLane('cpu0').fitStudent });

    await startBatch(stack.client, 'run');
    const tally = await ended(stack);

    expect(tally).toMatchObject({ trained: 3, stages: { teacher: { trained: 0, reused: 0 } } });
    expect(recorded(stack, 'student')).toEqual(windowsOf(3));
    await witness(stack.client, batchId, 'train-batch.students-only');
  });

  test('moves the windows of a lane that goes silent and feeds it no more', async () => {
    const stack = await opened(8);
    const asked: string[] = [];
    const silence = Promise.withResolvers<never>();
    await stack.lane('cpu0', {
      fitTeacher: ({ window }) => {
        asked.push(window);
        return silence.promise;
      },
    });
    await stack.lane('cpu1', ableLane('cpu1'));

    await startBatch(stack.client, 'run');
    const tally = await ended(stack);
    silence.reject(new Error('the lane comes back too late'));

    expect(tally).toMatchObject({ trained: 8, failed: {} });
    expect(tally.lanes).toMatchObject([
      { lane: 'cpu0', windows: 0 },
      { lane: 'cpu1', windows: 8 },
    ]);
    // Two windows were in flight; nothing came after them.
    expect(asked.length).toBeLessThanOrEqual(2);
    await witness(stack.client, batchId, 'train-batch.silent-lane');
  });

  test('waits for a lane where there is none', async () => {
    const stack = await opened(3);
    await stack.announce('cpu0');
    await stack.client.workflow
      .getHandle(lanesWorkflowId)
      .executeUpdate('drain', { args: [{ lane: 'cpu0', why: 'test' }] });

    await startBatch(stack.client, 'run');
    const view = await registered(stack);
    await stack.lane('cpu1', ableLane('cpu1'));

    expect(view.lanes).toMatchObject([{ lane: 'cpu0', state: 'draining' }]);
    expect(await ended(stack)).toMatchObject({ trained: 3 });
    await witness(stack.client, batchId, 'train-batch.waited');
  });

  test('ends what is in flight when it is cancelled, and records what was done', async () => {
    const started = Promise.withResolvers<void>();
    const stack = await opened(5);
    const able = ableLane('cpu0');
    await stack.lane('cpu0', {
      fitTeacher: async (task) => {
        if (task.window.startsWith('SYM0')) return await able.fitTeacher(task);
        const { Context } = await import('@temporalio/activity');
        const context = Context.current();
        const beat = setInterval(() => context.heartbeat(), 200);
        started.resolve();
        try {
          return (await context.cancelled) as never;
        } finally {
          clearInterval(beat);
        }
      },
      fitStudent: able.fitStudent,
    });

    await startBatch(stack.client, 'run');
    await started.promise;
    await stack.client.workflow.getHandle(batchId).cancel();

    await expect(ended(stack)).rejects.toThrow(WorkflowFailedError);
    expect(recorded(stack, 'teacher')).toEqual(['SYM0/1d/2022-01-01..2022-06-30']);
    await witness(stack.client, batchId, 'train-batch.cancelled');
  });
});

describe('a full page', () => {
  test('of slow windows keeps its history and its messages small', async () => {
    const stack = await opened(pageSize);
    for (const lane of ['cpu0', 'cpu1']) {
      const able = ableLane(lane);
      await stack.lane(lane, {
        fitTeacher: async (task) => {
          await pause(300);
          return await able.fitTeacher(task);
        },
        fitStudent: async (task) => {
          await pause(300);
          return await able.fitStudent(task);
        },
      });
    }
    const lanes = stack.client.workflow.getHandle(lanesWorkflowId);
    await lanes.executeUpdate('limits', { args: [{ inFlight: defaultInFlight }] });

    await startBatch(stack.client, 'run');
    const tally = await ended(stack);

    const { events } = await stack.client.workflow.getHandle(batchId).fetchHistory();
    expect(tally.trained).toBe(pageSize);
    expect(events?.length).toBeLessThan(4096);
    expect(JSON.stringify(specs(pageSize)).length).toBeLessThan(65_536);
    console.info(`history of a page of slow windows: ${events?.length} events`);
  });
});

/** Waits until `lanes` knows the batch, by asking: there is no other sign of it. */
async function registered({ client }: ScriptedStack): Promise<LanesView> {
  for (;;) {
    const view = await client.workflow.getHandle(lanesWorkflowId).query<LanesView>('lanes');
    if (view.batches.includes(batchId)) return view;
  }
}
