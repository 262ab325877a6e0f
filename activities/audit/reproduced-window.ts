import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Stage } from '../../shared/contracts/outcome.ts';
import { recipeOfWindow, type EligibleWindow, type Plan } from '../../shared/contracts/plan.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import type { LabelColumns } from '../../shared/domain/samples/labels/label-columns.ts';
import { symbolLabels } from '../../shared/domain/samples/symbol-labels.ts';
import type { PoolMember } from '../../shared/domain/samples/pooled-set.ts';
import { windowSets, type WindowInput } from '../../shared/domain/training/window-sets.ts';
import type { Reproduced } from '../../shared/domain/validation/leaks/run/run-controls.ts';
import {
  inputUntil,
  truncationDifferences,
  type Differences,
} from '../../shared/domain/validation/leaks/truncation.ts';
import type { ComputeThread } from '../../shared/runtime/compute/compute-thread.ts';
import { readParquet, type Columns } from '../../shared/runtime/files/duckdb.ts';
import { openOnnx } from '../../shared/runtime/onnx/onnx.ts';
import type { TrainingJobs, World } from '../../shared/runtime/world.ts';
import { residualRows } from '../training/residual-rows.ts';
import { featureFacts } from '../training/series-features.ts';
import { modelFolder, studentRows } from '../training/predict-stage.ts';
import { memberInput, teacherWindowOf, windowInput } from '../training/window-bars.ts';
import { cutKeys } from './cut-keys.ts';
import type { StoredStage } from './stored-windows.ts';

/** What a window made again came to. */
export interface ReproducedWindow {
  readonly truncation: Differences;
  readonly names: Reproduced;
  readonly trained: Reproduced;
  readonly predictions: Reproduced;
}

/** A window of a run, with what is stored of it. */
export interface StoredWindow {
  readonly plan: Plan;
  readonly window: EligibleWindow;
  readonly stored: readonly StoredStage[];
}

/**
 * Makes a window's rows, names and predictions again: from bars cut at random, from bars cut at the
 * close of its decision day, and from its stored models. Writes nothing.
 *
 * @throws DataError if bars or models are damaged
 */
export async function reproducedWindow(
  world: World,
  compute: ComputeThread<TrainingJobs>,
  found: StoredWindow,
): Promise<ReproducedWindow> {
  const { plan, window } = found;
  const input = await readInput(world, plan, window);
  const labelsOf = labelsOfWindow(world, plan, window);
  const computed = await withFacts(world, plan, input);
  const truncation = truncationDifferences(computed, seedOf(window), labelsOf);
  const cut = await cutKeys(world, plan, window);
  const own = found.stored.map(({ stage }) => stage);
  return {
    truncation,
    names: sameAs(own, (stage) => cut?.[stage].key === window.stages[stage].key),
    trained:
      window.teacherWindow === undefined
        ? trainedAgain(inputUntil(input, input.span.decisionEndTs, labelsOf), found.stored[0])
        : none,
    predictions: await predictedAgain(world, compute, found, input),
  };
}

/**
 * Fits a window's own models again on bars cut at the close of its decision day, and compares every
 * byte.
 *
 * @throws DataError if bars or models are damaged
 * @throws LaneError if the thread dies
 */
export async function fittedAgain(
  world: World,
  compute: ComputeThread<TrainingJobs>,
  { plan, window, stored }: StoredWindow,
): Promise<Reproduced> {
  const input = await readInput(world, plan, window);
  const { decisionEndTs } = input.span;
  const cut = inputUntil(input, decisionEndTs, labelsOfWindow(world, plan, window));
  const texts = new Map<Stage, string>();
  if (window.teacherWindow === undefined) {
    const { text, training } = await compute.run('teacher', cut);
    const soft = { ts: training.ts, probability: training.outOfFold };
    texts.set('teacher', text);
    texts.set('student', (await compute.run('student', { ...cut, soft, metadata: {} })).text);
  } else if ('members' in cut) {
    const folder = await modelFolder(world, window, 'teacher');
    const student = await compute.run('residual', {
      member: cut.members[0],
      recipe: plan.recipe,
      learnt: await residualRows(path.join(folder, 'out-of-fold.parquet'), window.symbol),
      decisionEndTs,
      base: await readFile(path.join(folder, 'model.txt'), 'utf8'),
      metadata: {},
    });
    texts.set('student', student.text);
  }
  let sum = none;
  for (const { stage } of stored) {
    const folder = await modelFolder(world, window, stage);
    const then = await readFile(path.join(folder, 'model.txt'), 'utf8');
    sum = added(sum, { compared: 1, different: Number(texts.get(stage) !== then) });
  }
  return sum;
}

function labelsOfWindow({ calendar, instruments }: World, plan: Plan, window: EligibleWindow) {
  const recipe = recipeOfWindow(plan, window);
  const hours = { calendar, instrumentClass: classOf(instruments.find(window.symbol)) };
  return (bars: Bars): LabelColumns => symbolLabels(bars, recipe, hours);
}

const none: Reproduced = { compared: 0, different: 0 };

/** Of a residual student its own symbol, as the one member of a pool. */
async function readInput(world: World, plan: Plan, window: EligibleWindow): Promise<WindowInput> {
  if (window.teacherWindow === undefined) return await windowInput(world, plan, window);
  const { span } = await windowInput(world, plan, teacherWindowOf(plan, window));
  return {
    members: [await memberInput(world, plan, window)],
    span,
    recipe: recipeOfWindow(plan, window),
  };
}

/** The same with what features are computed from besides bars. */
async function withFacts(world: World, plan: Plan, input: WindowInput): Promise<WindowInput> {
  if (!('members' in input)) return { ...input, ...(await featureFacts(world, plan, input.bars)) };
  const members: PoolMember[] = [];
  for (const member of input.members)
    members.push({ ...member, ...(await featureFacts(world, plan, member.bars)) });
  return { ...input, members };
}

/** Compares the rows that a window cut at its decision would train on with those that are stored. */
function trainedAgain(cut: WindowInput, stored: StoredStage): Reproduced {
  const { ts, labels, forwardReturns, labelEnds } = windowSets(cut).training;
  const pairs = [
    [ts, stored.training.ts],
    [labels, stored.label],
    [forwardReturns, stored.forwardReturn],
    [labelEnds, stored.training.labelEnd],
  ] as const;
  return pairs.map(([again, then]) => compared(again, then)).reduce(added, none);
}

async function predictedAgain(
  world: World,
  compute: ComputeThread<TrainingJobs>,
  { plan, window, stored }: StoredWindow,
  input: WindowInput,
): Promise<Reproduced> {
  let sum = none;
  for (const { stage } of stored) {
    const folder = await modelFolder(world, window, stage);
    const { probability } =
      stage === 'teacher'
        ? await compute.run('predictions', {
            ...input,
            text: await readFile(path.join(folder, 'model.txt'), 'utf8'),
          })
        : await studentRows(
            world,
            { plan, window },
            await openOnnx(await readFile(path.join(folder, 'model.onnx'))),
          );
    sum = added(sum, compared(probability, await storedPredictions(world, window, stage)));
  }
  return sum;
}

async function storedPredictions(
  { store }: World,
  window: EligibleWindow,
  stage: Stage,
): Promise<Columns[string]> {
  const folder = store.folder('predictions', window.stages[stage].predictionsKey);
  const columns = await readParquet(path.join(folder, 'predictions.parquet'), [stage]);
  return columns[stage];
}

function compared(again: ArrayLike<number>, then: ArrayLike<number>): Reproduced {
  const length = Math.max(again.length, then.length);
  let different = 0;
  for (let row = 0; row < length; row++) if (!Object.is(again[row], then[row])) different++;
  return { compared: length, different };
}

function sameAs(all: readonly Stage[], isSame: (stage: Stage) => boolean): Reproduced {
  return { compared: all.length, different: all.filter((stage) => !isSame(stage)).length };
}

/** Both together. */
export function added(a: Reproduced, b: Reproduced): Reproduced {
  return { compared: a.compared + b.compared, different: a.different + b.different };
}

/** The same cuts whenever a window is audited. */
function seedOf({ stages }: EligibleWindow): number {
  return Number.parseInt(stages.student.key.slice(0, 8), 16);
}
