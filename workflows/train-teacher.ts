import { isCancellation, upsertSearchAttributes } from '@temporalio/workflow';
import type { StageInput, StageResult } from '../shared/contracts/run.ts';
import { stageEnded, stageFailed } from './attributes.ts';
import { dispatched, stageFault } from './dispatch.ts';
import { laneActivities } from './proxies.ts';

/**
 * Trains the teacher of one window. The lane builds the samples, fits, predicts the evaluation span
 * and stores all of it; what comes back is the artifact's name. A lane that cannot do it hands over
 * to the next. Fails where no lane could, so that the UI's filter tells the truth.
 */
export async function trainTeacher(input: StageInput): Promise<StageResult> {
  const { runId, root, spec, lanes } = input;
  try {
    const done = await dispatched(lanes, (lane) =>
      laneActivities(lane, spec.cost).fitTeacher({ runId, root, window: spec.window }),
    );
    upsertSearchAttributes(stageEnded(done.outcome, done.lane));
    return { stage: 'teacher', ...done };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const fault = stageFault(error);
    upsertSearchAttributes(stageFailed(fault.class, fault.dispatches.at(-1)?.lane ?? lanes[0]));
    throw error;
  }
}
