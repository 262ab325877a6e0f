import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { Matrix } from '../../domain/samples/matrix.ts';
import { onnxMetadata } from '../../domain/training/onnx/proto.ts';
import { checkFeatures } from '../store/features.ts';
import { codeOf } from '../files/files.ts';

/** A converted model, open for scoring. */
export interface OnnxModel {
  /** m names, in the order of the columns. */
  readonly features: readonly string[];
  /** What it says of itself. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * @param matrix - n rows with the model's features, in the model's order
   * @returns n predictions; the same ones for a row alone as among others
   * @throws InputError naming the features that are missing, extra, or in another order
   */
  predict(matrix: Matrix): Promise<Float64Array>;
}

/** n values of each feature by name, in a model's order; NaN is a missing value. */
export type FeatureColumns = Readonly<Record<string, ArrayLike<number>>>;

/** One thread: lanes and whoever serves share the machine, and sums keep their order. */
const options: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  executionProviders: ['cpu'],
  // What a caller did wrong is thrown; the library need not write it to stderr as well.
  logSeverityLevel: 4,
};

/** Value of feature j in row i. */
type Cell = (j: number, i: number) => number;

interface OpenModel extends OnnxModel {
  score(rows: number, cell: Cell): Promise<Float64Array>;
}

/**
 * Opens a converted model.
 *
 * @throws DataError if the bytes are no model of ours
 */
export async function openOnnx(bytes: Uint8Array): Promise<OnnxModel> {
  return await openModel(bytes);
}

async function openModel(bytes: Uint8Array): Promise<OpenModel> {
  const metadata = onnxMetadata(bytes);
  const features = featuresIn(metadata);
  const session = await InferenceSession.create(bytes, options).catch((error: unknown) => {
    throw new DataError('ONNX Runtime cannot open the model', {}, { cause: error });
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  const m = features.length;

  async function score(rows: number, cell: Cell): Promise<Float64Array> {
    if (rows === 0) return new Float64Array();
    const values = new Float32Array(rows * m);
    for (let j = 0; j < m; j++) for (let i = 0; i < rows; i++) values[i * m + j] = cell(j, i);
    const found = await session.run({ [input]: new Tensor('float32', values, [rows, m]) });
    return new Float64Array(found[output].data as Float32Array);
  }

  return {
    features,
    metadata,
    score,
    async predict({ rows, features: found, values }) {
      checkFeatures(features, found);
      return await score(rows, (j, i) => values[j * rows + i]);
    },
  };
}

function featuresIn({ features = '' }: Readonly<Record<string, string>>): readonly string[] {
  try {
    const names: unknown = JSON.parse(features);
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names;
  } catch {
    // Told below.
  }
  throw new DataError('the ONNX model does not name its features; only our own can be scored');
}

/** A model kept open. */
interface Kept {
  /** Tells the file from another one put in its place. */
  readonly identity: string;
  readonly model: Promise<OpenModel>;
  /** When the file was last looked at, by the process's clock. */
  lookedMs: number;
}

/** Models kept open by path, the one opened first in front. */
const kept = new Map<string, Kept>();
const mostKept = 256;

/** Looking at a file costs as much as half a row's prediction. */
const lookEveryMs = 1000;

/**
 * Scores rows by a student; the library surface for others to call. The model stays open for the
 * next call; a file that was replaced is noticed within a second.
 *
 * @param model - path of a `model.onnx`
 * @returns n probabilities of label 1
 * @throws InputError naming the features that are missing, extra, or in another order, columns of
 *   other lengths, or a path without a file
 * @throws DataError if the file is no model of ours
 */
export async function scoreStudent(model: string, columns: FeatureColumns): Promise<Float64Array> {
  const opened = await keptModel(model);
  const names = Object.keys(columns);
  checkFeatures(opened.features, names);
  const values = names.map((name) => columns[name]);
  const rows = values[0].length;
  const uneven = values.findIndex((column) => column.length !== rows);
  if (uneven >= 0)
    throw new InputError(
      `column "${names[uneven]}" has "${values[uneven].length}" rows, "${names[0]}" has "${rows}"`,
    );
  return await opened.score(rows, (j, i) => values[j][i]);
}

function keptModel(file: string): Promise<OpenModel> {
  const now = performance.now();
  const before = kept.get(file);
  if (before && now - before.lookedMs < lookEveryMs) return before.model;
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile()) {
    kept.delete(file);
    throw new InputError(
      `"${file}" is no file; give the path of a model.onnx, such as explain shows it`,
    );
  }
  const identity = `${found.ino} ${found.size} ${found.mtimeMs}`;
  if (before?.identity === identity) {
    before.lookedMs = now;
    return before.model;
  }
  const model = readModel(file);
  kept.delete(file);
  kept.set(file, { identity, model, lookedMs: now });
  for (const oldest of [...kept.keys()].slice(0, -mostKept)) kept.delete(oldest);
  // What cannot be opened now may be mended by the next call.
  model.catch(() => kept.delete(file));
  return model;
}

async function readModel(file: string): Promise<OpenModel> {
  try {
    return await openModel(await readFile(file));
  } catch (error) {
    if (error instanceof DataError)
      throw new DataError(`"${file}" cannot be scored: ${error.message}`, {}, { cause: error });
    if (codeOf(error) === undefined) throw error;
    throw new InputError(`"${file}" cannot be read: ${String(codeOf(error))}`);
  }
}
