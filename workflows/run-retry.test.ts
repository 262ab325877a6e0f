import { ApplicationFailure } from '@temporalio/client';
import { describe, expect, test, vi } from 'vitest';
import type { ControlView, Rows, WindowRow } from '../shared/contracts/control.ts';
import { endedStages } from '../shared/contracts/ended.ts';
import type { RunProgress } from '../shared/contracts/run.ts';
import { operatedStack, refusal, startRun, word } from './operated-run.fixture.ts';
import { ableLane, specs, witness, type Script } from './scripted-stack.fixture.ts';

// Failed windows of an open run:
// - are tried again at its end, once each, from the stage that failed; what heals is failed no more
// - are told page by page
// - of the open page may be tried again as well
// - are not tried again where none has failed

const windowOf = (index: number): string => specs(index + 1)[index].window;

/** A lane that fails some windows until it is mended, and holds others until they are let go. */
function brokenLane(broken: readonly number[], held: readonly number[] = []) {
  const able = ableLane('cpu0');
  const gate = Promise.withResolvers<void>();
  let isMended = false;
  const is = (all: readonly number[], window: string): boolean =>
    all.some((index) => windowOf(index) === window);
  const damaged = ApplicationFailure.create({ type: 'DataError', message: 'damaged' });
  const script: Script = {
    async fitTeacher(task) {
      if (is(broken, task.window) && !isMended) throw damaged;
      if (is(held, task.window)) await gate.promise;
      return await able.fitTeacher(task);
    },
    fitStudent: able.fitStudent,
  };
  return {
    script,
    mend: () => {
      isMended = true;
      gate.resolve();
    },
    open: () => gate.resolve(),
  };
}

describe('retryFailed', () => {
  test('tries windows of closed pages and of the open one again, and they heal', async () => {
    const { stack } = await operatedStack(6, 3);
    // One fails on each page; the second page stays open by another.
    const lane = brokenLane([1, 3], [5]);
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await vi.waitFor(async () => {
      const { rows } = await stack.client.workflow
        .getHandle('train/run/2')
        .query<Rows<WindowRow>>('failures');
      expect(rows).toMatchObject([{ window: windowOf(3), class: 'DataError', lane: 'cpu0' }]);
    }, 10_000);

    const taken = await run.executeUpdate<ControlView, [object]>('retryFailed', { args: [word] });
    const known = await run.query<Rows<WindowRow>>('failures');
    const waiting = await run.query<RunProgress>('progress');
    const twice = await refusal(run.executeUpdate('retryFailed', { args: [word] }));
    lane.mend();
    await run.result();

    expect(taken.toRetry).toBe(2);
    expect(known.rows.map(({ window }) => window)).toEqual([windowOf(1), windowOf(3)]);
    expect(waiting).toMatchObject({ toRetry: 2, closed: { failed: { DataError: 1 } } });
    expect(twice).toBe('run "run" has no failed window to try again');
    const progress = await run.query<RunProgress>('progress');
    expect(progress.closed).toMatchObject({ trained: 6, failed: {} });
    expect(progress.closed.stages?.teacher).toEqual({ trained: 6, reused: 0, failed: 0 });
    expect((await run.query<Rows<WindowRow>>('failures')).rows).toEqual([]);
    const { failed, overcome, done } = endedStages(stack.records);
    expect(failed).toEqual([]);
    expect(overcome.map(({ window }) => window)).toEqual([windowOf(1), windowOf(3)]);
    expect(done).toHaveLength(12);
    expect(stack.records.at(-1)?.page).toBe(3);
    const runs = [];
    const query = `WorkflowId = 'train/run/${windowOf(1)}/teacher'`;
    for await (const one of stack.client.workflow.list({ query })) runs.push(one.status.name);
    expect(runs.toSorted()).toEqual(['COMPLETED', 'FAILED']);
    await witness(stack.client, 'train/run', 'train-run.retried');
    await witness(stack.client, 'train/run/3', 'train-batch.retried');
    await witness(stack.client, 'train/run/2', 'train-batch.told');
  });

  test('tries named windows, as often as they fail, and refuses what has not failed', async () => {
    const { stack } = await operatedStack(4, 4);
    const lane = brokenLane([0, 1], [3]);
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    const failed = async (count: number): Promise<void> =>
      vi.waitFor(async () => {
        const { rows } = await stack.client.workflow
          .getHandle('train/run/1')
          .query<Rows<WindowRow>>('failures');
        expect(rows).toHaveLength(count);
      }, 10_000);
    await failed(2);

    const wrong = await refusal(
      run.executeUpdate('retryFailed', { args: [{ ...word, windows: [windowOf(2)] }] }),
    );
    await run.executeUpdate('retryFailed', { args: [{ ...word, windows: [windowOf(0)] }] });
    lane.open();
    await run.result();

    expect(wrong).toContain(`none has failed`);
    expect(wrong).toContain(windowOf(2));
    const { closed } = await run.query<RunProgress>('progress');
    expect(closed).toMatchObject({ trained: 2, failed: { DataError: 2 } });
    const { failed: left, overcome } = endedStages(stack.records);
    expect(left.map(({ window }) => window).toSorted()).toEqual([windowOf(0), windowOf(1)]);
    expect(overcome.map(({ window }) => window)).toEqual([windowOf(0)]);
  });

  test('is refused where nothing has failed', async () => {
    const { stack } = await operatedStack(1, 1);
    const lane = brokenLane([], [0]);
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);

    const refused = await refusal(run.executeUpdate('retryFailed', { args: [word] }));
    lane.open();
    await run.result();

    expect(refused).toBe('run "run" has no failed window to try again');
  });
});

describe('windows and failures', () => {
  test('are told in pages of at most 4 KiB, all of them once', async () => {
    const { stack } = await operatedStack(60, 40);
    await stack.lane('cpu0', brokenLane(Array.from({ length: 30 }, (_, n) => 2 * n)).script);
    const run = await startRun(stack);
    await run.result();

    for (const [query, count] of [
      ['windows', 60],
      ['failures', 30],
    ] as const) {
      const all: string[] = [];
      let pages = 0;
      for (let cursor: string | undefined = '0'; cursor !== undefined; pages++) {
        const answer: Rows<WindowRow> = await run.query(query, { cursor, limit: 25 });
        expect(JSON.stringify(answer).length).toBeLessThan(4096);
        expect(answer.rows.length).toBeLessThanOrEqual(25);
        all.push(...answer.rows.map(({ window }) => window));
        cursor = answer.next;
      }
      expect(pages).toBeGreaterThan(1);
      expect(all).toHaveLength(count);
      expect(new Set(all).size).toBe(count);
    }
    await expect(run.query('windows', { cursor: 'x' })).rejects.toThrow('"cursor" should be');
  });
});
