import path from 'node:path';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { PredictionRows } from '../../shared/domain/training/jobs.ts';
import { writeParquet } from '../../shared/runtime/duckdb.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { scores } from './scores.ts';

/**
 * Stores a teacher's predictions over its evaluation span: one row a session that exists by the
 * plan's as-of day, with the label where it has ended.
 */
export async function publishPredictions(
  world: World,
  window: EligibleWindow,
  rows: PredictionRows,
  step: Step,
): Promise<void> {
  await world.store.publish(
    'predictions',
    window.predictionsKey,
    (folder) =>
      writeParquet(path.join(folder, 'predictions.parquet'), {
        ts: rows.ts,
        label: rows.label,
        forwardReturn: rows.forwardReturn,
        teacher: rows.probability,
      }),
    {
      window: window.window,
      decisionDay: window.decisionDay,
      evaluateTo: window.evaluateTo,
      teacher: window.teacherKey,
      evaluation: scores(rows.label, rows.probability),
      ...step.origin,
    },
  );
}
