// What our door to a student costs beside bare ONNX Runtime, on one model in one run:
// `npm run bench:serving`. Calls are interleaved; ratios are what to quote.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { seededChance } from '../shared/domain/samples/random-walk.fixture.ts';
import { symbolRecipe } from '../shared/domain/samples/recipes.ts';
import { featureSet } from '../shared/domain/samples/features.ts';
import { fitOnce } from '../shared/domain/training/cross-fit.ts';
import { onnxModel } from '../shared/domain/training/onnx/convert.ts';
import { readConfig } from '../shared/runtime/stack/config.ts';
import { openBooster } from '../shared/runtime/lightgbm/booster.ts';
import { lightgbmPath, lightgbmVersion } from '../shared/runtime/lightgbm/installed.ts';
import { scoreStudent } from '../shared/runtime/onnx/onnx.ts';
import { tableText } from '../scripts/output.ts';
import { interleaved } from './interleaved.ts';

const chance = seededChance(1);
const features = featureSet(symbolRecipe.features).map(({ name }) => name);
const calls = { 1: 30_000, 1000: 500 };

const folder = await mkdtemp(path.join(tmpdir(), 'sensequant-bench-'));
try {
  const file = path.join(folder, 'model.onnx');
  await writeFile(file, await student());
  const session = await InferenceSession.create(await readFile(file), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });
  const table: (string | number)[][] = [];
  for (const rows of [1, 1000] as const) {
    const columns = Object.fromEntries(features.map((name) => [name, normals(rows)]));
    const values = normals(rows * features.length);
    const shape = [rows, features.length];
    const ways = {
      // Each call has rows of its own, so a tensor of its own.
      bare: () => session.run({ features: new Tensor('float32', values.slice(), shape) }),
      ours: () => scoreStudent(file, columns),
    };
    const { bare, ours } = await interleaved(ways, calls[rows]);
    for (const share of [0.5, 0.99]) {
      const [a, b] = [bare, ours].map((times) => times[Math.floor(times.length * share)]);
      const of = (micros: number): string => (micros / rows).toFixed(rows === 1 ? 1 : 3);
      table.push([`p${share * 100}`, rows, of(a), of(b), (b / a).toFixed(2)]);
    }
  }
  console.log('microseconds a row');
  console.log(tableText(['', 'rows a call', 'bare ONNX Runtime', 'scoreStudent', 'ratio'], table));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** A student as the recipe grows them, of a window's rows. */
async function student(): Promise<Uint8Array> {
  const { lightgbmLib } = await readConfig();
  const options = { version: lightgbmVersion, onLog: () => {} };
  using booster = openBooster(lightgbmPath(lightgbmLib), options);
  const rows = 500;
  const matrix = { rows, features, values: normals(rows * features.length) };
  const targets = matrix.values.slice(0, rows).map((value) => Number(value + chance.normal() > 0));
  const growth = { objective: 'cross_entropy', trees: symbolRecipe.student } as const;
  const fit = fitOnce(booster, { matrix, labels: Int8Array.from(targets), targets }, growth);
  let step = fit.next();
  while (step.done !== true) step = fit.next();
  using model = step.value;
  return onnxModel(model.text, { metadata: {} });
}

function normals(count: number): Float32Array {
  return new Float32Array(count).map(() => chance.normal());
}
