import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, inject, onTestFinished, test } from 'vitest';
import { orchestratorQueue } from '../shared/contracts/ids.ts';
import type { ErrorClass } from '../shared/contracts/errors.ts';
import type { StageResult } from '../shared/contracts/run.ts';
import { stageFault } from './dispatch.ts';
import {
  ableLane,
  scriptedStack,
  specs,
  witness,
  type Script,
  type ScriptedStack,
} from './scripted-stack.fixture.ts';
import type { trainTeacher } from './train-teacher.ts';

// A stage on its lanes:
// - it is done by the first lane where that one can
// - a lane's own fault, and an unknown error, move it to the next lane, three hand-overs in all
// - an error that another lane would meet as well ends it at once
// - a failed stage is a failed workflow that can be listed by its reason

const [spec] = specs(1);

function failing(type: ErrorClass | 'TypeError', message: string): Script {
  return {
    fitTeacher: () => Promise.reject(ApplicationFailure.create({ type, message })),
  };
}

async function opened(): Promise<ScriptedStack> {
  const stack = await scriptedStack(inject('temporalAddress'), {});
  onTestFinished(() => stack[Symbol.asyncDispose]());
  return stack;
}

async function trained(stack: ScriptedStack, lanes: readonly string[]): Promise<StageResult> {
  return await stack.client.workflow.execute<typeof trainTeacher>('trainTeacher', {
    workflowId: 'train/run/SYM0/teacher',
    taskQueue: orchestratorQueue,
    args: [{ runId: 'run', root: '0badcafe', spec, lanes }],
  });
}

async function attributes(stack: ScriptedStack): Promise<Record<string, unknown>> {
  const handle = stack.client.workflow.getHandle('train/run/SYM0/teacher');
  const { typedSearchAttributes } = await handle.describe();
  return Object.fromEntries(
    typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]),
  );
}

describe('trainTeacher', () => {
  test('is done by the first lane', async () => {
    const stack = await opened();
    await stack.lane('cpu0', ableLane('cpu0'));

    const result = await trained(stack, ['cpu0', 'cpu1']);

    expect(result).toMatchObject({ outcome: 'trained', lane: 'cpu0', stage: 'teacher' });
    expect(result.dispatches).toMatchObject([{ lane: 'cpu0', ended: 'done' }]);
    expect(await attributes(stack)).toMatchObject({ Outcome: 'trained', Lane: 'cpu0' });
    await witness(stack.client, 'train/run/SYM0/teacher', 'train-teacher.done');
  });

  test('moves to the next lane when one has lost its device', async () => {
    const stack = await opened();
    await stack.lane('cpu0', failing('LaneError', 'the device is lost'));
    await stack.lane('cpu1', ableLane('cpu1'));

    const result = await trained(stack, ['cpu0', 'cpu1']);

    expect(result.lane).toBe('cpu1');
    expect(result.dispatches).toMatchObject([
      { lane: 'cpu0', ended: 'LaneError', message: 'the device is lost' },
      { lane: 'cpu1', ended: 'done' },
    ]);
    await witness(stack.client, 'train/run/SYM0/teacher', 'train-teacher.moved');
  });

  test('moves what is out of memory as it stands, and makes it no smaller', async () => {
    const stack = await opened();
    const asked: unknown[] = [];
    const full = ApplicationFailure.create({ type: 'LaneError', message: 'out of memory' });
    await stack.lane('cpu0', {
      fitTeacher(task) {
        asked.push(task);
        return Promise.reject(full);
      },
    });
    await stack.lane('cpu1', {
      fitTeacher(task) {
        asked.push(task);
        return ableLane('cpu1').fitTeacher(task);
      },
    });

    const { lane, dispatches } = await trained(stack, ['cpu0', 'cpu1']);

    expect(lane).toBe('cpu1');
    expect(asked).toHaveLength(2);
    expect(asked[1]).toEqual(asked[0]);
    const times = dispatches.map(({ at = NaN }) => at);
    expect(times[1]).toBeGreaterThanOrEqual(times[0]);
  });

  test('ends at once when the data are bad', async () => {
    const stack = await opened();
    await stack.lane('cpu0', failing('DataError', 'the segment is damaged'));

    const fault = await trained(stack, ['cpu0', 'cpu1']).catch(faultOf);

    expect(fault).toMatchObject({ class: 'DataError', message: 'the segment is damaged' });
    expect(fault).toHaveProperty('dispatches.length', 1);
    expect(await attributes(stack)).toMatchObject({ Outcome: 'failed', Reason: 'DataError' });
    await witness(stack.client, 'train/run/SYM0/teacher', 'train-teacher.bad-data');
  });

  test('gives up after three lanes that could not', async () => {
    const stack = await opened();
    await stack.lane('cpu0', failing('LaneError', 'out of memory'));
    await stack.lane('cpu1', failing('LaneError', 'out of memory'));

    const fault = await trained(stack, ['cpu0', 'cpu1']).catch(faultOf);

    expect(fault).toMatchObject({ class: 'LaneError', message: 'out of memory' });
    expect(fault).toHaveProperty('dispatches.length', 3);
    await witness(stack.client, 'train/run/SYM0/teacher', 'train-teacher.no-lane');
  });

  test('calls an unknown error that no lane gets past ours to mend', async () => {
    const stack = await opened();
    await stack.lane('cpu0', failing('TypeError', 'x is not a function'));

    const fault = await trained(stack, ['cpu0']).catch(faultOf);

    expect(fault).toMatchObject({ class: 'InvariantError', message: 'x is not a function' });
    await witness(stack.client, 'train/run/SYM0/teacher', 'train-teacher.unknown-error');
  });
});

function faultOf(error: unknown): unknown {
  return stageFault(error instanceof Error ? error.cause : error);
}
