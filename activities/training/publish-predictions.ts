import path from 'node:path';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow } from '../../shared/contracts/plan.ts';
import type { PredictionRows } from '../../shared/domain/training/window-sets.ts';
import { fidelity } from '../../shared/domain/validation/fidelity.ts';
import { readParquet, readSymbolRows, writeParquet } from '../../shared/runtime/files/duckdb.ts';
import type { World } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { scores } from './scores.ts';

/** What the model of a stage says of its window's evaluation span. */
export interface StagePredictions {
  readonly stage: Stage;
  readonly rows: PredictionRows;
}

/**
 * Stores a model's predictions over its evaluation span: one row a session (and symbol, of a pool)
 * that exists by the plan's as-of day, with the label where it has ended. A student's come after its teacher's, and say
 * how closely they follow them.
 */
export async function publishPredictions(
  world: World,
  window: EligibleWindow,
  { stage, rows }: StagePredictions,
  step: Step,
): Promise<void> {
  const { key, predictionsKey } = window.stages[stage];
  const follows = stage === 'student' ? await fidelityTo(world, window, rows) : {};
  await world.store.publish(
    'predictions',
    predictionsKey,
    (folder) =>
      writeParquet(path.join(folder, 'predictions.parquet'), {
        ...(rows.symbols && { symbol: rows.symbols }),
        ts: rows.ts,
        label: rows.label,
        forwardReturn: rows.forwardReturn,
        [stage]: rows.probability,
      }),
    {
      window: window.window,
      decisionDay: window.decisionDay,
      evaluateTo: window.evaluateTo,
      [stage]: key,
      evaluation: scores(rows.label, rows.probability),
      ...follows,
      ...step.origin,
    },
  );
}

async function fidelityTo(
  world: World,
  window: EligibleWindow,
  { ts, probability }: PredictionRows,
): Promise<Readonly<Record<string, unknown>>> {
  const folder = world.store.folder('predictions', window.stages.teacher.predictionsKey);
  const file = path.join(folder, 'predictions.parquet');
  const { teacher } =
    window.teacherWindow === undefined
      ? await readParquet(file, ['teacher'])
      : await readSymbolRows(file, window.symbol);
  return { fidelity: fidelity(ts, Float64Array.from(teacher), probability) };
}
