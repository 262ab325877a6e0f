import { isCancellation, upsertSearchAttributes } from '@temporalio/workflow';
import type { Stage } from '../shared/contracts/outcome.ts';
import type { LaneResult, LaneTask, StageInput, StageResult } from '../shared/contracts/run.ts';
import { stageEnded, stageFailed } from './attributes.ts';
import { dispatched, stageFault } from './dispatch.ts';
import { laneActivities, type LaneActivities } from './proxies.ts';

/**
 * Has one stage of a window done by its lanes, and says in the workflow's attributes how it ended
 * and where. A lane that cannot do it hands over to the next.
 *
 * @param run - the stage's activity, among those of a lane
 * @throws ApplicationFailure where no lane could, so that the UI's filter tells the truth
 */
export async function onLanes(
  input: StageInput,
  stage: Stage,
  run: (lane: LaneActivities, task: LaneTask) => Promise<LaneResult>,
): Promise<StageResult> {
  const { runId, root, spec, lanes } = input;
  try {
    const done = await dispatched(lanes, (lane) =>
      run(laneActivities(lane, spec.cost), { runId, root, window: spec.window }),
    );
    upsertSearchAttributes(stageEnded(done.outcome, done.lane));
    return { stage, ...done };
  } catch (error) {
    if (isCancellation(error)) throw error;
    const fault = stageFault(error);
    upsertSearchAttributes(stageFailed(fault.class, fault.dispatches.at(-1)?.lane ?? lanes[0]));
    throw error;
  }
}
