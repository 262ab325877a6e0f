export { backfillRun } from './backfill-run.ts';
export { backfillWindow } from './backfill-window.ts';
export { distilStudent } from './distil-student.ts';
export { lanes } from './lanes.ts';
export { retrain } from './retrain.ts';
export { trainBatch } from './train-batch.ts';
export { trainRun } from './train-run.ts';
export { trainTeacher } from './train-teacher.ts';
