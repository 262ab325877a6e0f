import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { DataError } from '../../shared/contracts/errors.ts';
import type { Stage } from '../../shared/contracts/outcome.ts';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import {
  evaluationSet,
  judged,
  type PredictionRows,
  type WindowInput,
} from '../../shared/domain/training/jobs.ts';
import { openOnnx, type OnnxModel } from '../../shared/runtime/onnx.ts';
import { artifactKinds } from '../../shared/runtime/store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import type { Step } from '../boundary.ts';
import { publishPredictions } from './publish-predictions.ts';
import { windowBars } from './window-bars.ts';

/**
 * Predicts a window's evaluation span with the stored model of a stage, unless that is done already.
 *
 * @returns whether it was predicted now
 * @throws DataError if the model has been lost since the window was planned
 */
export async function predictStage(
  world: ComputeWorld,
  planned: { readonly plan: Plan; readonly window: EligibleWindow },
  stage: Stage,
  step: Step,
): Promise<boolean> {
  const { plan, window } = planned;
  const { predictionsKey } = window.stages[stage];
  if ((await world.store.find('predictions', predictionsKey)) !== undefined) return false;
  const folder = await modelFolder(world, window, stage);
  const input = { ...(await windowBars(world, plan, window)), recipe: plan.recipe };
  const rows =
    stage === 'teacher'
      ? await teacherRows(world, folder, input, step)
      : await studentRows(await openOnnx(await readFile(path.join(folder, 'model.onnx'))), input);
  await publishPredictions(world, window, { stage, rows }, step);
  return true;
}

/**
 * Where the stored model of a stage lies, every byte of it checked.
 *
 * @throws DataError if it has been lost since the window was planned
 */
export async function modelFolder(
  { store }: ComputeWorld,
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

/** What a student says of its window's evaluation span, as served: through ONNX Runtime. */
export async function studentRows(model: OnnxModel, input: WindowInput): Promise<PredictionRows> {
  const samples = evaluationSet(input);
  return judged(samples, await model.predict(samples.matrix));
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
