import type { StageInput, StageResult } from '../shared/contracts/run.ts';
import { onLanes } from './stage.ts';

/**
 * Trains the teacher of one window. The lane builds the samples, fits, predicts the evaluation span
 * and stores all of it; what comes back is the artifact's name.
 */
export function trainTeacher(input: StageInput): Promise<StageResult> {
  return onLanes(input, 'teacher', (lane, task) => lane.fitTeacher(task));
}
