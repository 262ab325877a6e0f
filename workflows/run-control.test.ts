import { WorkflowNotFoundError } from '@temporalio/client';
import { describe, expect, test, vi } from 'vitest';
import { lanesWorkflowId } from '../shared/contracts/ids.ts';
import type { ControlView } from '../shared/contracts/control.ts';
import type { RunProgress } from '../shared/contracts/run.ts';
import { attributes } from './backfill.fixture.ts';
import { operatedStack, refusal, startOperation, startRun, word } from './operated-run.fixture.ts';
import {
  ableLane,
  planned,
  witness,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';

// An operator's word to a run:
// - paused, what is in flight ends with all its stages and nothing begins, until it is resumed
// - drained, what is in flight ends, the rest is not started; the run reports and is cancelled
// - cancelled now, what is in flight is cancelled as well
// - limited, it has no more in flight a lane
// - what makes no sense is refused, with the reason
// - progress says who said what, and how long it will take once there is a pace

/** A lane whose teachers wait until they are let go, and what was begun. */
function gatedLane(name = 'cpu0') {
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const able = ableLane(name);
  const script: Script = {
    async fitTeacher(task) {
      begun.push(task.window);
      const { Context } = await import('@temporalio/activity');
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), 200);
      try {
        await Promise.race([gate.promise, context.cancelled]);
      } finally {
        clearInterval(beat);
      }
      return await able.fitTeacher(task);
    },
    fitStudent: able.fitStudent,
  };
  return { begun, open: () => gate.resolve(), script };
}

async function begunOn(lane: ReturnType<typeof gatedLane>, windows: number): Promise<void> {
  await vi.waitFor(() => expect(lane.begun).toHaveLength(windows), 10_000);
}

const done = (stack: ScriptedStack): number =>
  stack.records.flatMap((part) => part.done).filter(([, stage]) => stage === 'student').length;

describe('a run that is paused', () => {
  test('ends what is in flight, begins nothing, and goes on when it is resumed', async () => {
    const { stack } = await operatedStack(6, 4);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await begunOn(lane, 2);

    const paused = await run.executeUpdate<ControlView, [typeof word]>('pause', { args: [word] });
    lane.open();
    await vi.waitFor(async () => {
      const { openBatches } = await run.query<RunProgress>('progress');
      const { rows } = await stack.client.workflow
        .getHandle(openBatches[0])
        .query<{ rows: { state: string }[] }>('windows');
      expect(rows.map(({ state }) => state)).toEqual([
        'trained',
        'trained',
        'notStarted',
        'notStarted',
      ]);
    }, 10_000);
    const waiting = await attributes(stack, 'train/run');
    const told = await run.query<RunProgress>('progress');
    await run.executeUpdate('resume', { args: [{ who: 'ravi', why: 'space again' }] });
    await run.result();

    expect(paused.control).toMatchObject({ state: 'paused', ...word });
    expect(told.control).toMatchObject({ state: 'paused', ...word });
    expect(waiting).toMatchObject({ Waiting: 'operator' });
    expect(await attributes(stack, 'train/run')).not.toHaveProperty('Waiting');
    expect(lane.begun).toHaveLength(6);
    expect(done(stack)).toBe(6);
    await witness(stack.client, 'train/run', 'train-run.paused');
    await witness(stack.client, 'train/run/1', 'train-batch.paused');
  });

  test('begins no window of a further page', async () => {
    const { stack } = await operatedStack(6, 1);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await begunOn(lane, 1);

    await run.executeUpdate('pause', { args: [word] });
    lane.open();
    await vi.waitFor(async () => {
      const progress = await run.query<RunProgress>('progress');
      expect(progress.closed.trained).toBeGreaterThan(0);
    }, 10_000);
    const whilePaused = lane.begun.length;
    await run.executeUpdate('resume', { args: [word] });
    await run.result();

    // Two in flight: the page that follows may have begun its window before the word came.
    expect(whilePaused).toBeLessThanOrEqual(2);
    expect(lane.begun).toHaveLength(6);
  });

  test('may be paused before it has planned', async () => {
    const planning = Promise.withResolvers<void>();
    const { stack } = await operatedStack(1, 1, {
      async planRun({ runId }) {
        await planning.promise;
        return planned(runId, 1, 1);
      },
    });
    const lane = gatedLane();
    lane.open();
    await stack.lane('cpu0', lane.script);

    // The word is there when the workflow wakes for the first time.
    await stack.client.workflow.executeUpdateWithStart('pause', {
      args: [word],
      startWorkflowOperation: startOperation(),
    });
    const run = stack.client.workflow.getHandle('train/run');
    planning.resolve();
    await vi.waitFor(
      async () => expect((await run.query<RunProgress>('progress')).plan).toBeDefined(),
      10_000,
    );
    const { openBatches } = await run.query<RunProgress>('progress');
    await run.executeUpdate('resume', { args: [word] });
    await run.result();

    expect(openBatches).toEqual([]);
    expect(lane.begun).toHaveLength(1);
  });
});

describe('a run that is cancelled by its operator', () => {
  test('drains: ends what is in flight, starts nothing else, and reports', async () => {
    const { stack, reports } = await operatedStack(6, 4);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await begunOn(lane, 2);

    await run.executeUpdate('cancelRun', { args: [{ ...word, mode: 'drain' }] });
    const again = await refusal(
      run.executeUpdate('cancelRun', { args: [{ ...word, mode: 'drain' }] }),
    );
    const late = await refusal(run.executeUpdate('pause', { args: [word] }));
    lane.open();
    const report = await run.result();

    expect(report.state).toBe('cancelled');
    expect(reports).toMatchObject([{ cancelled: true, control: { state: 'draining', ...word } }]);
    expect(done(stack)).toBe(2);
    expect(lane.begun).toHaveLength(2);
    expect([again, late]).toEqual(
      Array(2).fill('run "run" is being cancelled already: "asha" said "the disk is full"'),
    );
    expect(await attributes(stack, 'train/run')).toMatchObject({ Outcome: 'cancelled' });
    await witness(stack.client, 'train/run', 'train-run.drained');
    await witness(stack.client, 'train/run/1', 'train-batch.drained');
  });

  test('drains from a pause, and may be cut short', async () => {
    const { stack, reports } = await operatedStack(4, 4);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await begunOn(lane, 2);

    await run.executeUpdate('pause', { args: [word] });
    await run.executeUpdate('cancelRun', { args: [{ ...word, mode: 'drain' }] });
    await run.executeUpdate('cancelRun', { args: [{ ...word, mode: 'now' }] });
    const report = await run.result();

    expect(report.state).toBe('cancelled');
    expect(reports).toMatchObject([{ cancelled: true }]);
    expect(done(stack)).toBe(0);
    expect(await attributes(stack, 'train/run')).not.toHaveProperty('Waiting');
    const batch = await stack.client.workflow.getHandle('train/run/1').describe();
    expect(batch.status.name).toBe('CANCELLED');
    await witness(stack.client, 'train/run', 'train-run.cancelled-now');
  });
});

describe('a run that is limited', () => {
  test('has no more windows in flight a lane than that, within the limit of the stack', async () => {
    const { stack } = await operatedStack(8, 8);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    await stack.client.workflow
      .getHandle(lanesWorkflowId)
      .executeUpdate('limits', { args: [{ inFlight: 4 }] });
    const run = await startRun(stack);
    await begunOn(lane, 4);

    const limited = await run.executeUpdate<ControlView, [object]>('limits', {
      args: [{ ...word, inFlight: 1 }],
    });
    const inFlight: number[] = [];
    const able = ableLane('cpu0');
    let open = 0;
    const other = ableLane('cpu1');
    await stack.lane('cpu1', {
      async fitTeacher(task) {
        inFlight.push(++open);
        await new Promise((resolve) => setTimeout(resolve, 50));
        open -= 1;
        return await other.fitTeacher(task);
      },
      fitStudent: able.fitStudent,
    });
    await vi.waitFor(() => expect(inFlight.length).toBeGreaterThanOrEqual(3), 10_000);
    lane.open();
    await run.result();

    expect(limited).toMatchObject({ inFlight: 1 });
    expect(Math.max(...inFlight)).toBe(1);
    expect(await run.query('progress')).toMatchObject({ inFlight: 1 });
    await witness(stack.client, 'train/run', 'train-run.limited');
  });
});

describe('a word that makes no sense', () => {
  test('is refused with the reason, and leaves no trace', async () => {
    const { stack } = await operatedStack(2, 2);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    const say = (update: string, asked?: object): Promise<string> =>
      refusal(run.executeUpdate(update, { args: [asked] }));
    await begunOn(lane, 2);

    const resumed = await say('resume', word);
    const nobody = await say('pause', { who: '', why: 'x' });
    const nothing = await say('pause');
    const limit = await say('limits', { ...word, inFlight: 0 });
    const mode = await say('cancelRun', { ...word, mode: 'soon' });
    await run.executeUpdate('pause', { args: [word] });
    const paused = await say('pause', { who: 'ravi', why: 'lunch' });
    await run.executeUpdate('resume', { args: [word] });
    lane.open();
    await run.result();
    const closed = await run.executeUpdate('pause', { args: [word] }).catch((e: unknown) => e);

    expect(resumed).toBe('run "run" is not paused: it is running');
    expect(nobody).toBe('"who" should be said: { "who": "asha", "why": "the disk is full" }');
    expect(nothing).toBe(nobody);
    expect(limit).toBe('"inFlight" should be a whole number from 1, not "0"');
    expect(mode).toBe('"mode" should be "drain" or "now", not "soon"');
    expect(paused).toBe('run "run" is paused already: "asha" said "the disk is full"');
    expect(closed).toBeInstanceOf(WorkflowNotFoundError);
  });
});

describe('progress', () => {
  test('has no estimate before a page has closed, then one by cost and pace', async () => {
    const { stack } = await operatedStack(2, 1);
    const lane = gatedLane();
    await stack.lane('cpu0', lane.script);
    const run = await startRun(stack);
    await begunOn(lane, 1);
    const before = await run.query<RunProgress>('progress');

    lane.open();
    await stack.client.workflow.getHandle('train/run/1').result();
    await begunOn(lane, 2);
    await run.result();
    const after = await run.query<RunProgress>('progress');

    expect(before.pace?.pausedMs).toBe(0);
    expect(before.etaSeconds).toBeUndefined();
    // Nothing is left to estimate.
    expect(after.closed.cost).toBe(800_000);
    expect(after.etaSeconds).toBeUndefined();
  });
});
