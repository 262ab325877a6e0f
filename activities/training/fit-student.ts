import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InvariantError } from '../../shared/contracts/errors.ts';
import { recipeOfWindow, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import type { LabelOptions } from '../../shared/contracts/recipe.ts';
import type { LaneResult, LaneTask } from '../../shared/contracts/run.ts';
import { addDays } from '../../shared/contracts/time.ts';
import { dayStart } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { StudentJobResult } from '../../shared/domain/training/jobs.ts';
import { converterVersion } from '../../shared/domain/training/onnx/convert.ts';
import { readParquet, writeParquet } from '../../shared/runtime/files/duckdb.ts';
import { writeSynced } from '../../shared/runtime/files/files.ts';
import { openOnnx, type OnnxModel } from '../../shared/runtime/onnx/onnx.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { modelFolder, predictStage, studentRows, type Planned } from './predict-stage.ts';
import { publishPredictions } from './publish-predictions.ts';
import { residualRows } from './residual-rows.ts';
import { scores } from './scores.ts';
import { gainsByFeature } from './gains-by-feature.ts';
import { stageWork } from './stage-work.ts';
import { memberInput, windowInput } from './window-bars.ts';

/** What a converted model may differ by from LightGBM's own probabilities. */
const tolerance = 1e-6;

/**
 * Distils the student of one window from its stored teacher, converts it to ONNX, compares the two,
 * predicts the evaluation span, and stores all of it. Brings the teacher's predictions up to date
 * first: the student's are compared with them.
 *
 * Reads the plan, the bars it pins and the teacher. Safe to repeat: names follow from the input and
 * each artifact appears whole or not at all; what is there already is not fitted again. Beats with
 * `{ round, rounds }` and stops within one round of cancellation.
 *
 * @returns trained, or reused where another run had made the very same model meanwhile
 * @throws DataError (final) if the teacher is gone or damaged, or a segment does not match its digest
 * @throws LaneError (another lane) if memory, disk or device fails
 * @throws InvariantError (final) if the converted model says something else than LightGBM
 */
export async function fitStudent(
  world: ComputeWorld,
  task: LaneTask,
  step: Step,
): Promise<LaneResult> {
  const planned = await world.plans.window(task.runId, task.window);
  const { window } = planned;
  const { teacher, student } = window.stages;
  const work = stageWork(world, planned, step);
  await predictStage(world, planned, 'teacher', step);
  const standing = work.refits ? undefined : await world.store.find('students', student.key);
  if (standing !== undefined) {
    await predictStage(world, planned, 'student', step);
    return work.result(standing);
  }

  const fitted = await fittedStudent(world, planned, step);
  const { training } = fitted;
  const model = await openOnnx(fitted.onnx);
  const parity = await parityOf(model, fitted.check);
  const { manifest } = await world.store.publish(
    'students',
    student.key,
    async (folder) => {
      await writeSynced(path.join(folder, 'model.onnx'), fitted.onnx);
      await writeSynced(path.join(folder, 'model.txt'), fitted.text);
      await writeParquet(path.join(folder, 'out-of-fold.parquet'), {
        ...(training.symbols && { symbol: training.symbols }),
        ts: training.ts,
        label: training.labels,
        target: training.targets,
        probability: training.outOfFold,
      });
    },
    {
      teacher: teacher.key,
      teaching: fitted.teaching,
      calibration: fitted.calibration,
      parity,
      converter: converterVersion,
      features: fitted.features,
      folds: fitted.folds,
      parameters: fitted.parameters,
      importance: gainsByFeature(fitted),
      outOfFold: scores(training.labels, training.outOfFold),
      ...work.facts(),
    },
  );
  const rows = await studentRows(world, planned, model);
  await publishPredictions(world, window, { stage: 'student', rows }, step);
  return work.result(manifest);
}

/** Fits the student on what its stored teacher said of the rows it learnt from. */
async function fittedStudent(
  world: ComputeWorld,
  { plan, window }: Planned,
  step: Step,
): Promise<StudentJobResult> {
  const learnt = await modelFolder(world, window, 'teacher');
  const file = path.join(learnt, 'out-of-fold.parquet');
  const metadata = metadataOf(plan, window);
  if (window.teacherWindow === undefined) {
    const { ts, probability } = await readParquet(file, ['ts', 'probability']);
    const soft = { ts: Float64Array.from(ts), probability: Float64Array.from(probability) };
    const input = await windowInput(world, plan, window);
    return await world.compute.run('student', { ...input, soft, metadata }, step);
  }
  return await world.compute.run(
    'residual',
    {
      member: await memberInput(world, plan, window),
      recipe: plan.recipe,
      learnt: await residualRows(file, window.symbol),
      decisionEndTs: dayStart(addDays(window.decisionDay, 1)),
      base: await readFile(path.join(learnt, 'model.txt'), 'utf8'),
      metadata,
    },
    step,
  );
}

/** What the model says of itself wherever it is taken: nothing of run, lane or time. */
function metadataOf(plan: Plan, window: EligibleWindow): Readonly<Record<string, string>> {
  const { name, version, features, without, horizon, label } = recipeOfWindow(plan, window);
  return {
    window: window.window,
    decisionDay: window.decisionDay,
    recipe: `${name}@${version}`,
    featureSet: [features, ...without.map((family) => `-${family}`)].join(' '),
    label: labelWords(label, horizon),
    student: window.stages.student.key,
    teacher: window.stages.teacher.key,
  };
}

function labelWords(label: LabelOptions, horizon: number): string {
  const what = `open-to-open return over ${horizon} bars`;
  if (label.kind === 'relative') return `${what} above the day's median of the pool`;
  const within = label.kind === 'intraday' ? ' of one session' : '';
  return `${what}${within} above ${label.costBps} bp`;
}

async function parityOf(
  model: OnnxModel,
  { matrix, expected }: StudentJobResult['check'],
): Promise<{ readonly rows: number; readonly difference: number }> {
  const found = await model.predict(matrix);
  const difference = found.reduce(
    (most, value, row) => Math.max(most, Math.abs(value - expected[row])),
    0,
  );
  // A NaN is not below the tolerance either.
  if (!(difference < tolerance))
    throw new InvariantError(
      `the student as ONNX differs from LightGBM by "${difference}"; at most "${tolerance}" is allowed`,
    );
  return { rows: matrix.rows, difference };
}
