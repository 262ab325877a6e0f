import type { StageInput, StageResult } from '../shared/contracts/run.ts';
import { onLanes } from './stage.ts';

/**
 * Distils the student of one window from its stored teacher. The lane fits, calibrates, converts to
 * ONNX, checks that it is the same model, predicts the evaluation span and stores all of it.
 */
export function distilStudent(input: StageInput): Promise<StageResult> {
  return onLanes(input, 'student', (lane, task) => lane.fitStudent(task));
}
