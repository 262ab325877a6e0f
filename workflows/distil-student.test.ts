import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { distilStudent } from './distil-student.ts';
import { ableLane, scriptedStack, specs, witness } from './scripted-stack.fixture.ts';

describe('distilStudent', () => {
  test('moves to the next lane as a teacher does, and says so', async () => {
    const stack = await scriptedStack(inject('temporalAddress'), {});
    onTestFinished(() => stack[Symbol.asyncDispose]());
    const lost = ApplicationFailure.create({ type: 'LaneError', message: 'the device is lost' });
    await stack.lane('cpu0', { fitStudent: () => Promise.reject(lost) });
    await stack.lane('cpu1', ableLane('cpu1'));
    const [spec] = specs(1);

    const workflowId = 'train/run/SYM0/student';
    const result = await stack.client.workflow.execute<typeof distilStudent>('distilStudent', {
      workflowId,
      taskQueue: orchestratorQueue,
      args: [{ runId: 'run', root: '0badcafe', spec, lanes: ['cpu0', 'cpu1'] }],
    });

    expect(result).toMatchObject({ outcome: 'trained', lane: 'cpu1', stage: 'student' });
    expect(result.dispatches).toMatchObject([
      { lane: 'cpu0', ended: 'LaneError', message: 'the device is lost' },
      { lane: 'cpu1', ended: 'done' },
    ]);
    await witness(stack.client, workflowId, 'distil-student.moved');
  });
});
