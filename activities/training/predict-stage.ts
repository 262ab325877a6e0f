import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../shared/contracts/errors.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import {
  evaluationSet,
  judged,
  memberMatrix,
  type PredictionRows,
  type WindowInput,
} from '../../shared/domain/training/window-sets.ts';
import { readSymbolRows } from '../../shared/runtime/files/duckdb.ts';
import { openOnnx, type OnnxModel } from '../../shared/runtime/onnx/onnx.ts';
import { artifactKinds } from '../../shared/runtime/store/store.ts';
import type { ComputeWorld, World } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { publishPredictions } from './publish-predictions.ts';
import { memberInput, teacherWindowOf, windowInput } from './window-bars.ts';

/** A window and its plan. */
export interface Planned {
  readonly plan: Plan;
  readonly window: EligibleWindow;
}

/**
 * Predicts a window's evaluation span with the stored model of a stage, unless that is done already.
 * The teacher of a residual student is that of its pooled window.
 *
 * @returns whether it was predicted now
 * @throws DataError if the model has been lost since the window was planned
 */
export async function predictStage(
  world: ComputeWorld,
  planned: Planned,
  stage: Stage,
  step: Step,
): Promise<boolean> {
  const { plan, window } = planned;
  const { predictionsKey } = window.stages[stage];
  if ((await world.store.find('predictions', predictionsKey)) !== undefined) return false;
  if (window.teacherWindow !== undefined) {
    const pooled = { plan, window: teacherWindowOf(plan, window) };
    const didTeacher = await predictStage(world, pooled, 'teacher', step);
    if (stage === 'teacher') return didTeacher;
  }
  const folder = await modelFolder(world, window, stage);
  const rows =
    stage === 'teacher'
      ? await teacherRows(world, folder, await windowInput(world, plan, window), step)
      : await studentRows(
          world,
          planned,
          await openOnnx(await readFile(path.join(folder, 'model.onnx'))),
        );
  await publishPredictions(world, window, { stage, rows }, step);
  return true;
}

/**
 * Where the stored model of a stage lies, every byte of it checked.
 *
 * @throws DataError if it has been lost since the window was planned
 */
export async function modelFolder(
  { store }: Pick<World, 'store'>,
  window: EligibleWindow,
  stage: Stage,
): Promise<string> {
  const { key } = window.stages[stage];
  if ((await store.find(artifactKinds[stage], key)) === undefined)
    throw new DataError(
      `the ${stage} of "${window.window}" is gone from the store since the run was planned; ` +
        `start a run again, which trains it`,
    );
  return store.folder(artifactKinds[stage], key);
}

/**
 * What a student says of its window's evaluation span, as served: through ONNX Runtime. A residual
 * student's rows and labels are those of its symbol in the pool, which its teacher has predicted.
 */
export async function studentRows(
  world: World,
  { plan, window }: Planned,
  model: OnnxModel,
): Promise<PredictionRows> {
  if (window.teacherWindow === undefined) {
    const samples = evaluationSet(await windowInput(world, plan, window));
    return judged(samples, await model.predict(samples.matrix));
  }
  const folder = world.store.folder('predictions', window.stages.teacher.predictionsKey);
  const pooled = await readSymbolRows(path.join(folder, 'predictions.parquet'), window.symbol);
  const ts = Float64Array.from(pooled.ts);
  const matrix = memberMatrix(await memberInput(world, plan, window), ts, plan.recipe);
  return {
    ts,
    label: Int8Array.from(pooled.label),
    forwardReturn: Float64Array.from(pooled.forwardReturn),
    probability: await model.predict(matrix),
  };
}

async function teacherRows(
  world: ComputeWorld,
  folder: string,
  input: WindowInput,
  step: Step,
): Promise<PredictionRows> {
  const text = await readFile(path.join(folder, 'model.txt'), 'utf8');
  return await world.compute.run('predictions', { ...input, text }, step);
}
