import { WorkflowFailedError } from '@temporalio/client';
import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common';
import { describe, expect, test } from 'vitest';
import { LaneError } from '../shared/contracts/errors.ts';
import { endingOf } from './follow-run.ts';

describe('endingOf', () => {
  test('gives the error that a page of the run failed of, in its words', async () => {
    const full = ApplicationFailure.create({ type: 'LaneError', message: 'the disk is full' });
    const step = new ActivityFailure(
      ...(['failed', 'recordPage', '4', 'MAXIMUM_ATTEMPTS_REACHED', undefined, full] as const),
    );
    const page = new ChildWorkflowFailure(
      ...(['sensequant', { workflowId: 'train/a/1', runId: 'b' }, 'trainBatch'] as const),
      ...(['RETRY_POLICY_NOT_SET', step] as const),
    );
    const failed = Promise.reject(new WorkflowFailedError('failed', page, 'RETRY_POLICY_NOT_SET'));

    await expect(endingOf('a', failed, () => Promise.resolve(undefined))).rejects.toEqual(
      new LaneError('the disk is full'),
    );
  });
});
