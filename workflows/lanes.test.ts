import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { lanesWorkflowId } from '../shared/contracts/ids.ts';
import type { LanesView, UndrainRequest } from '../shared/contracts/lanes.ts';
import {
  scriptedStack,
  specs,
  startBatch,
  witness,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';

// The lanes of a stack:
// - a lane is open once it has announced itself, and of a new generation each time
// - drained by an operator it is fed no more, and says why, whatever its process does, until undrained
// - drained by its own it is open again once it is there again
// - one whose device is gone says so, and only its own word opens it again
// - limits hold for all batches together
// - a lane that nobody polls is lost until somebody does
// - a lane nobody knows cannot be drained
// - all of it outlives the history it was told in

async function opened(script: Script = {}): Promise<ScriptedStack> {
  const stack = await scriptedStack(inject('temporalAddress'), script);
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return stack;
}

describe('lanes', () => {
  test('knows lanes by what they announce and what operators say', async () => {
    const stack = await opened();
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);

    await stack.announce('cpu1');
    await stack.announce('cpu0');
    await stack.announce('cpu0');
    await handle.executeUpdate('drain', { args: [{ lane: 'cpu1', why: 'a new fan' }] });
    await handle.executeUpdate('limits', { args: [{ inFlight: 3 }] });

    expect(await handle.query<LanesView>('lanes')).toEqual({
      lanes: [
        { lane: 'cpu0', device: 'cpu', engine: 'cpu', generation: 2, state: 'open' },
        {
          lane: 'cpu1',
          device: 'cpu',
          engine: 'cpu',
          generation: 1,
          state: 'draining',
          why: 'a new fan',
        },
      ],
      inFlight: 3,
      batches: [],
    });
    await witness(stack.client, lanesWorkflowId, 'lanes.told');
  });

  test('keeps a lane drained that an operator drained, until one takes it back', async () => {
    const stack = await opened();
    await stack.announce('cpu0');
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);
    const states = (view: LanesView) => view.lanes.map(({ state, why, who }) => [state, why, who]);

    const word = { lane: 'cpu0', why: 'a new fan', who: 'asha' };
    await handle.executeUpdate('drain', { args: [word] });
    const stopped = { lane: 'cpu0', why: 'its process was told to stop' };
    await handle.executeUpdate('drain', { args: [stopped] });
    const back = await stack.announce('cpu0');
    const taken = await handle.executeUpdate<LanesView, [UndrainRequest]>('undrain', {
      args: [{ lane: 'cpu0' }],
    });
    await handle.executeUpdate('drain', { args: [stopped] });
    const again = handle.executeUpdate('undrain', { args: [{ lane: 'cpu0' }] });

    expect(states(back)).toEqual([['draining', 'a new fan', 'asha']]);
    expect(back.lanes).toMatchObject([{ generation: 2 }]);
    expect(states(taken)).toEqual([['open', undefined, undefined]]);
    await expect(again).rejects.toMatchObject({
      cause: {
        message:
          'lane "cpu0" was drained by no operator; it is draining: its process was told to stop',
      },
    });
    expect(states(await stack.announce('cpu0'))).toEqual([['open', undefined, undefined]]);
    await witness(stack.client, lanesWorkflowId, 'lanes.drained');
  });

  test('feeds a lane no more that lost its device, and believes only its own word', async () => {
    const stack = await opened({
      readPage: () => Promise.resolve(specs(1).map((spec) => ({ ...spec, engine: 'gpu' }))),
      // Its last poll is a moment ago.
      censusLanes: () => Promise.resolve(['cpu0', 'cpu1']),
    });
    await stack.announce('cpu0');
    await stack.announce('cpu1');
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);
    const batch = await startBatch(stack.client, 'run');
    await until(handle.query.bind(handle), ({ batches }) => batches.length === 1);

    const why = 'device "cpu" was lost: the compute thread died';
    await handle.executeUpdate('fail', { args: [{ lane: 'cpu1', why }] });
    await activityDone(stack, 'censusLanes');
    const view = await handle.query<LanesView>('lanes');
    const back = await stack.announce('cpu1');
    await stack.client.workflow.getHandle(batch.workflowId).cancel();

    expect(view.lanes).toMatchObject([{ state: 'open' }, { lane: 'cpu1', state: 'failed', why }]);
    expect(back.lanes).toMatchObject([{}, { lane: 'cpu1', state: 'open', generation: 2 }]);
    await witness(stack.client, lanesWorkflowId, 'lanes.failed');
  });

  test('refuses to drain a lane that nobody announced', async () => {
    const stack = await opened();
    await stack.announce('cpu0');

    const drain = stack.client.workflow
      .getHandle(lanesWorkflowId)
      .executeUpdate('drain', { args: [{ lane: 'cpu7', why: 'test' }] });

    await expect(drain).rejects.toMatchObject({
      cause: { message: 'there is no lane "cpu7"; there are "cpu0"' },
    });
  });

  test('forgets a batch that closed without a word', async () => {
    const stack = await opened();
    await stack.announce('cpu0');
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);

    await handle.signal('register', 'train/gone/1');
    const view = await until(handle.query.bind(handle), (now) => now.batches.length === 0);

    expect(view.batches).toEqual([]);
    await witness(stack.client, lanesWorkflowId, 'lanes.batch-gone');
  });

  test('calls a lane lost that nobody polls, and open again once somebody does', async () => {
    const answers: string[][] = [[], ['cpu0']];
    const stack = await opened({
      readPage: () => Promise.resolve(specs(1).map((spec) => ({ ...spec, engine: 'gpu' }))),
      censusLanes: () => Promise.resolve(answers.shift() ?? ['cpu0']),
    });
    await stack.announce('cpu0');
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);

    // A census is taken while a batch is open; this one waits for a lane that there is not.
    const batch = await startBatch(stack.client, 'run');
    const lost = await until(handle.query.bind(handle), ({ lanes }) => lanes[0].state === 'lost');
    const open = await until(handle.query.bind(handle), ({ lanes }) => lanes[0].state === 'open');
    await stack.client.workflow.getHandle(batch.workflowId).cancel();

    expect(lost.lanes).toMatchObject([{ lane: 'cpu0', why: 'nothing polls its queue' }]);
    expect(open.lanes).toMatchObject([{ lane: 'cpu0', generation: 1 }]);
    await witness(stack.client, lanesWorkflowId, 'lanes.lost');
  });

  test('continues as new with all it knows', async () => {
    const stack = await opened();
    const first = await stack.announce('cpu0');
    const handle = stack.client.workflow.getHandle(lanesWorkflowId);
    const { runId } = await handle.describe();

    for (let round = 0; (await handle.describe()).runId === runId; round++)
      await handle.executeUpdate('limits', { args: [{ inFlight: (round % 5) + 2 }] });

    expect((await handle.query<LanesView>('lanes')).lanes).toEqual(first.lanes);
    await witness(stack.client, lanesWorkflowId, 'lanes.continued', runId);
  });
});

/** Waits until `lanes` has had an activity done. */
async function activityDone({ client }: ScriptedStack, name: string): Promise<void> {
  for (;;) {
    const { events } = await client.workflow.getHandle(lanesWorkflowId).fetchHistory();
    const asked = events?.findLast(
      (event) => event.activityTaskScheduledEventAttributes?.activityType?.name === name,
    );
    const isDone = events?.some(
      ({ activityTaskCompletedEventAttributes: done }) =>
        asked?.eventId !== undefined &&
        done?.scheduledEventId?.toString() === asked?.eventId?.toString(),
    );
    if (isDone) return;
    await pause(200);
  }
}

async function until(
  query: (name: string) => Promise<unknown>,
  isDone: (view: LanesView) => boolean,
): Promise<LanesView> {
  for (;;) {
    const view = (await query('lanes')) as LanesView;
    if (isDone(view)) return view;
    await pause(100);
  }
}
