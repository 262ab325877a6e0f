import path from 'node:path';
import type { LaneResult, LaneTask } from '../../shared/contracts/run.ts';
import { writeParquet } from '../../shared/runtime/files/duckdb.ts';
import { writeSynced } from '../../shared/runtime/files/files.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { gainsByFeature } from './gains-by-feature.ts';
import { stageWork } from './stage-work.ts';
import { predictStage } from './predict-stage.ts';
import { publishPredictions } from './publish-predictions.ts';
import { scores } from './scores.ts';
import { windowInput } from './window-bars.ts';

/**
 * Fits the teacher of one window, predicts its evaluation span, and stores both.
 *
 * Reads the plan and the bars it pins. Safe to repeat: names follow from the input and each artifact
 * appears whole or not at all; what is there already is not fitted again. Beats with
 * `{ round, rounds }` and stops within one round of cancellation.
 *
 * @returns trained, or reused where another run had made the very same models meanwhile
 * @throws DataError (final) if a segment does not match its digest
 * @throws LaneError (another lane) if memory, disk or device fails
 */
export async function fitTeacher(
  world: ComputeWorld,
  task: LaneTask,
  step: Step,
): Promise<LaneResult> {
  const planned = await world.plans.window(task.runId, task.window);
  const { plan, window } = planned;
  const { key } = window.stages.teacher;
  const work = stageWork(world, planned, step);
  const standing = work.refits ? undefined : await world.store.find('teachers', key);
  if (standing !== undefined) {
    // Stored by another run, or by an earlier try that was cut off before the predictions.
    await predictStage(world, planned, 'teacher', step);
    return work.result(standing);
  }

  const input = await windowInput(world, plan, window);
  const fitted = await world.compute.run('teacher', input, step);
  const { training, predictions } = fitted;
  const { manifest } = await world.store.publish(
    'teachers',
    key,
    async (folder) => {
      await writeSynced(path.join(folder, 'model.txt'), fitted.text);
      await writeParquet(path.join(folder, 'out-of-fold.parquet'), {
        ...(training.symbols && { symbol: training.symbols }),
        ts: training.ts,
        label: training.labels,
        forwardReturn: training.forwardReturns,
        labelEnd: training.labelEnds,
        probability: training.outOfFold,
      });
    },
    {
      features: fitted.features,
      folds: fitted.folds,
      parameters: fitted.parameters,
      importance: gainsByFeature(fitted),
      outOfFold: scores(training.labels, training.outOfFold),
      ...work.facts(),
    },
  );
  await publishPredictions(world, window, { stage: 'teacher', rows: predictions }, step);
  return work.result(manifest);
}
