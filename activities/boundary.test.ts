import { once } from 'node:events';
import { ApplicationFailure, CancelledFailure } from '@temporalio/activity';
import { ActivityCancellationDetails } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, test } from 'vitest';
import {
  DataError,
  InputError,
  InvariantError,
  LaneError,
  SourceError,
} from '../shared/contracts/errors.ts';
import { activity, type Step } from './boundary.ts';
import { environment, testWorld } from './world.fixture.ts';

/** What an activity failed of, that does as `work` says. */
async function failureOf(
  work: (step: Step) => Promise<unknown>,
  context = environment(),
): Promise<unknown> {
  const step = activity(await testWorld(), (_, _input: undefined, given) => work(given));
  try {
    await context.run(step, undefined);
  } catch (error) {
    return error;
  }
  throw new Error('the activity did not fail');
}

describe('activity', () => {
  test('hands on input and output', async () => {
    const world = await testWorld();
    const step = activity(world, (given, input: number) =>
      Promise.resolve([given === world, input + 1]),
    );

    expect(await environment().run(step, 2)).toEqual([true, 3]);
  });

  test('knows who asked for it', async () => {
    const step = activity(await testWorld(), (_, _input: undefined, { origin }) =>
      Promise.resolve(origin),
    );

    const byWorkflow = await environment('train/r1/a/teacher', 2).run(step, undefined);
    const started = { activityId: 'a1', inWorkflow: false, workflowExecution: undefined };
    const alone = await new MockActivityEnvironment(started as never).run(step, undefined);

    expect(byWorkflow).toEqual({
      workflowId: 'train/r1/a/teacher',
      temporalRunId: 'temporal run of train/r1/a/teacher',
      attempt: 2,
    });
    expect(alone).toEqual({ workflowId: 'a1', temporalRunId: 'a1', attempt: 1 });
  });

  test.each([
    [new InputError('it broke', { line: 3 }), true],
    [new DataError('it broke', { line: 3 }), true],
    [new InvariantError('it broke', { line: 3 }), true],
    [new SourceError('it broke', { line: 3 }), false],
    [new LaneError('it broke', { line: 3 }), false],
  ])('makes of "%s" a failure of its class, with its fields', async (error, nonRetryable) => {
    const failure = await failureOf(() => Promise.reject(error));

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      type: error.name,
      message: 'it broke',
      details: [{ line: 3 }],
      nonRetryable,
      cause: error,
    });
  });

  test.each([
    ['an unknown error', new TypeError('not a function'), 'TypeError', 'not a function'],
    ['what is thrown that is no error', 'lost', 'Error', 'lost'],
  ])('leaves it to the workflow what to do with %s', async (_, error, type, message) => {
    const failure = await failureOf(async () => {
      throw error;
    });

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type, message, nonRetryable: false });
  });

  test('stays a cancellation where the work was cancelled', async () => {
    const context = environment();

    const failure = await failureOf(({ signal }) => {
      context.cancel();
      return Promise.reject(signal.reason);
    }, context);

    expect(failure).toBeInstanceOf(CancelledFailure);
  });

  test('is a LaneError where its process is shut down, for another lane to take over', async () => {
    const context = environment();

    const failure = await failureOf(({ signal }) => {
      context.cancel('WORKER_SHUTDOWN', new ActivityCancellationDetails({ workerShutdown: true }));
      return Promise.reject(signal.reason);
    }, context);

    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({ type: 'LaneError', nonRetryable: false });
  });

  test('beats with the latest progress while the work goes on', async () => {
    const context = environment();
    const beat = once(context, 'heartbeat');
    const step = activity(await testWorld(), async (_, _input: undefined, { onProgress }) => {
      onProgress({ round: 1, rounds: 400 });
      onProgress({ round: 2, rounds: 400 });
      await beat;
    });

    await context.run(step, undefined);

    expect(await beat).toEqual([{ round: 2, rounds: 400 }]);
  });
});

describe('activity of a data root', () => {
  test.each([
    ['in its input', (root: string) => ({ root })],
    ['in its request', (root: string) => ({ request: { root } })],
  ])('refuses work of another root, named %s', async (_, input) => {
    const world = await testWorld();
    const step = activity(world, (_world, _input: unknown) => Promise.resolve('done'));

    const refused = environment().run(step, input('0badcafe'));

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
    await expect(refused).rejects.toThrow(
      `the work belongs to data root "0badcafe", this worker serves "${world.root.path}" ` +
        `("${world.root.id}"); start the stack of that root`,
    );
    expect(await environment().run(step, input(world.root.id))).toBe('done');
  });

  test.each([[{}], [{ request: {} }], [{ request: null }], [['cpu0']], [undefined], ['r1']])(
    'takes %j, which names no root',
    async (input) => {
      const step = activity(await testWorld(), (_, _input: unknown) => Promise.resolve('done'));

      expect(await environment().run(step, input)).toBe('done');
    },
  );
});
