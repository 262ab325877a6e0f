import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { EligibleWindow, Plan } from '../../shared/contracts/plan.ts';
import { staleWindows, type StaleWindow } from '../../shared/contracts/stale-windows.ts';
import type { SampleSet } from '../../shared/domain/samples/sample-set.ts';
import { evaluationSet, memberMatrix } from '../../shared/domain/training/window-sets.ts';
import { digestOf, sha256 } from '../../shared/runtime/files/digest.ts';
import { writeParquet } from '../../shared/runtime/files/duckdb.ts';
import { openOnnx } from '../../shared/runtime/onnx/onnx.ts';
import type { PredictedWindow } from '../../shared/runtime/store/prediction-table.ts';
import type { World } from '../../shared/runtime/world.ts';
import { planRereadFor } from './stale-bars.ts';
import { memberInput, teacherWindowOf, windowInput } from './window-bars.ts';

/**
 * Lets the students of a run serve the spans of windows without a model that come right after
 * theirs, one step late, and stores what they say apart from predictions: as `stale`, which no
 * evidence reads. Safe to repeat: what is stored is found by its input.
 *
 * @returns where the rows lie, under the windows whose students said so; none that has no rows
 * @throws InputError if there is no such run
 * @throws DataError if bars or models are damaged
 * @see quant.md 2.2; docs/decisions/0029-spans-without-a-model.md
 */
export async function predictStale(
  world: World,
  runId: string,
): Promise<readonly PredictedWindow[]> {
  const plan = await world.plans.read(runId);
  const served = new Set<string>();
  for (const window of plan.windows)
    if ('stages' in window && (await hasPredicted(world, window))) served.add(window.window);
  const all = staleWindows(plan, ({ window }) => served.has(window));
  const found: PredictedWindow[] = [];
  for (const stale of all) found.push(...(await predictOne(world, plan, stale)));
  return found;
}

async function hasPredicted({ store }: World, { stages }: EligibleWindow): Promise<boolean> {
  return (await store.find('predictions', stages.student.predictionsKey)) !== undefined;
}

async function predictOne(
  world: World,
  plan: Plan,
  stale: StaleWindow,
): Promise<PredictedWindow[]> {
  const { store, versions } = world;
  const { of, by } = stale;
  const samples = await staleSamples(world, plan, by);
  if (samples.ts.length === 0) return [];
  const { key: student } = by.stages.student;
  const { onnxruntime } = versions;
  const rows = samplesDigest(samples);
  const key = digestOf({ artifact: 'stale', student, rows, versions: { onnxruntime } });
  if ((await store.find('stale', key)) === undefined) {
    const folder = store.folder('students', student);
    const model = await openOnnx(await readFile(path.join(folder, 'model.onnx')));
    const probability = await model.predict(samples.matrix);
    const { decisionDay, evaluateTo, window } = by;
    await store.publish(
      'stale',
      key,
      (scratch) =>
        writeParquet(path.join(scratch, 'predictions.parquet'), {
          ...(samples.symbols && { symbol: samples.symbols }),
          ts: samples.ts,
          label: samples.labels,
          forwardReturn: samples.forwardReturns,
          student: probability,
        }),
      { window, of, decisionDay, evaluateTo, student },
    );
  }
  const file = path.join(store.folder('stale', key), 'predictions.parquet');
  return [{ symbol: by.symbol, window: by.window, files: { student: file } }];
}

/** The rows of the span, with what the student reads of them. */
async function staleSamples(world: World, plan: Plan, by: EligibleWindow): Promise<SampleSet> {
  const { decisionDay, evaluateTo } = by;
  const pool =
    by.teacherWindow === undefined ? by : { ...teacherWindowOf(plan, by), decisionDay, evaluateTo };
  const reread = await planRereadFor(world, plan, pool);
  const samples = evaluationSet(await windowInput(world, reread.plan, reread.window));
  if (by.teacherWindow === undefined) return samples;
  // A residual student is judged by the labels of its pool, on its own symbol's rows.
  const own = samples.symbols?.names.indexOf(by.symbol);
  const rows = Int32Array.from(samples.ts.keys()).filter((row) => samples.symbols?.of[row] === own);
  const ts = Float64Array.from(rows, (row) => samples.ts[row]);
  const member = await memberInput(world, reread.plan, {
    ...by,
    ...reread.readToOf(by.symbol),
  });
  return {
    ts,
    labels: Int8Array.from(rows, (row) => samples.labels[row]),
    forwardReturns: Float64Array.from(rows, (row) => samples.forwardReturns[row]),
    labelEnds: Float64Array.from(rows, (row) => samples.labelEnds[row]),
    matrix: memberMatrix(member, ts, plan.recipe),
  };
}

function samplesDigest({ matrix, ts, labels, forwardReturns, symbols }: SampleSet): string {
  const columns = [matrix.values, ts, labels, forwardReturns, symbols?.of ?? new Int32Array()];
  return digestOf({
    features: matrix.features,
    symbols: symbols?.names,
    columns: columns.map(({ buffer, byteOffset, byteLength }) =>
      sha256(new Uint8Array(buffer, byteOffset, byteLength)),
    ),
  });
}
