import type { Matrix } from '../../domain/samples/matrix.ts';
import type {
  Booster,
  BoosterParameters,
  FittedModel,
  TrainingSet,
} from '../../domain/training/booster.ts';
import { openBooster, type LightGbm } from './booster.ts';
import { lightgbmPath, lightgbmVersion } from './installed.ts';
import type { OnLog } from './log-lines.ts';

/** The library that tests use. */
export const libraryFile = lightgbmPath(process.env['LIGHTGBM_LIB']);

/** That library, open on this thread. */
export function installedBooster(onLog: OnLog = () => {}): LightGbm {
  return openBooster(libraryFile, { version: lightgbmVersion, onLog });
}

/** Numbers in [0, 1), always the same ones for a seed. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

/** Uniform features f0, f1, …, in [0, 1). */
export function matrix(rows: number, columns: number, seed = 7): Matrix {
  const random = seeded(seed);
  return {
    rows,
    features: Array.from({ length: columns }, (_, j) => `f${j}`),
    values: Float32Array.from({ length: rows * columns }, random),
  };
}

/** n rows whose label is 1 where f0 and a little chance say so. */
export function trainingSet(rows = 118, columns = 10, seed = 7): TrainingSet {
  const random = seeded(seed + 1);
  const samples = matrix(rows, columns, seed);
  const labels = Float32Array.from({ length: rows }, (_, i) =>
    samples.values[i] + 0.3 * random() > 0.65 ? 1 : 0,
  );
  return { matrix: samples, labels };
}

/** Small trees on few rows. */
export const binary: BoosterParameters = {
  objective: 'binary',
  num_leaves: 7,
  min_data_in_leaf: 5,
  learning_rate: 0.1,
  seed: 11,
};

/** Runs a generator to its end. */
export function finished<Output>(work: Generator<unknown, Output, void>): Output {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** Fits a model on the spot. */
export function fitted(
  booster: Booster,
  set: TrainingSet = trainingSet(),
  parameters: BoosterParameters = binary,
  rounds = 20,
): FittedModel {
  return finished(booster.fit(set, parameters, rounds));
}
