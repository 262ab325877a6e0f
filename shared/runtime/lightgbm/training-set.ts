import { InputError } from '../../contracts/errors.ts';
import type { Matrix } from '../../domain/samples/matrix.ts';
import type { TrainingSet } from '../../domain/training/booster.ts';
import { float32, float64 } from './c-api.ts';
import type { Handle, Library } from './library.ts';

/** LightGBM counts rows in 32 bits. */
const maximumRows = 2 ** 31 - 1;

/**
 * Checks what a matrix's type cannot say.
 *
 * @throws InputError if its lengths do not fit each other
 */
export function checkMatrix({ rows, features, values }: Matrix): void {
  if (!Number.isInteger(rows) || rows < 0 || rows > maximumRows)
    throw new InputError(`a matrix has a whole number of rows below 2^31, not "${rows}"`);
  if (values.length !== rows * features.length)
    throw new InputError(
      `a matrix of "${rows}" rows and "${features.length}" features holds "${rows * features.length}" values, not "${values.length}"`,
    );
}

/** The type of a matrix's numbers, as the C API names it. */
export function typeOf({ values }: Matrix): number {
  return values instanceof Float32Array ? float32 : float64;
}

function checkNames(features: readonly string[]): void {
  // LightGBM itself refuses JSON's characters; the others it changes, or writes and cannot read.
  const bad = features.find(
    (name) => name === '' || /[\p{Cc} ",:[\]{}]/u.test(name) || !name.isWellFormed(),
  );
  if (bad !== undefined)
    throw new InputError(
      `LightGBM cannot hold a feature named ${JSON.stringify(bad)}; names have no spaces, control characters or any of " , : [ ] { }`,
    );
  const repeated = features.find((name, j) => features.indexOf(name) !== j);
  if (repeated !== undefined) throw new InputError(`feature "${repeated}" appears twice`);
}

function checkScores(rows: number, scores: Float64Array): void {
  if (scores.length !== rows)
    throw new InputError(`a training set of "${rows}" rows has "${scores.length}" initial scores`);
  const score = scores.findIndex((value) => !Number.isFinite(value));
  if (score >= 0)
    throw new InputError(`initial score "${scores[score]}" of row "${score}" is not a number`);
}

function checkSet({ matrix, labels, weights }: TrainingSet, isBinary: boolean): void {
  const { rows, features } = matrix;
  if (rows < 1 || features.length < 1)
    throw new InputError(
      `a training set has rows and features, not "${rows}" and "${features.length}"`,
    );
  if (labels.length !== rows)
    throw new InputError(`a training set of "${rows}" rows has "${labels.length}" labels`);
  // LightGBM takes NaN for 0, and in a binary objective any number above 0 for 1.
  const label = labels.findIndex((y) => !Number.isFinite(y) || (isBinary && y !== 0 && y !== 1));
  if (label >= 0)
    throw new InputError(
      `label "${labels[label]}" of row "${label}" is not ${isBinary ? '0 or 1' : 'a number'}`,
    );
  if (weights === undefined) return;
  if (weights.length !== rows)
    throw new InputError(`a training set of "${rows}" rows has "${weights.length}" weights`);
  const weight = weights.findIndex((w) => !Number.isFinite(w) || w < 0);
  if (weight >= 0)
    throw new InputError(`weight "${weights[weight]}" of row "${weight}" is not 0 or more`);
  if (!weights.some((w) => w > 0)) throw new InputError('all weights are 0');
}

/**
 * Builds LightGBM's copy of a training set: features cut into bins, labels, weights and names.
 *
 * @param parameters - of the whole fit: those of bins and sampling act here
 * @throws InputError if lengths, labels, weights, initial scores or names do not fit
 */
export function openDataset(library: Library, set: TrainingSet, parameters: string): Handle {
  const { matrix, labels, weights, initialScores } = set;
  checkMatrix(matrix);
  checkNames(matrix.features);
  checkSet(set, /(^| )objective=binary( |$)/.test(parameters));
  const { rows, features, values } = matrix;
  if (initialScores) checkScores(rows, initialScores);
  const dataset = library.handle('data set', 'LGBM_DatasetFree', (out) =>
    library.call(
      'LGBM_DatasetCreateFromMat',
      values,
      typeOf(matrix),
      rows,
      features.length,
      0,
      parameters,
      null,
      out,
    ),
  );
  try {
    library.call('LGBM_DatasetSetFeatureNames', dataset.pointer, features, features.length);
    library.call('LGBM_DatasetSetField', dataset.pointer, 'label', labels, rows, float32);
    if (weights)
      library.call('LGBM_DatasetSetField', dataset.pointer, 'weight', weights, rows, float32);
    if (initialScores)
      library.call(
        'LGBM_DatasetSetField',
        dataset.pointer,
        'init_score',
        initialScores,
        rows,
        float64,
      );
    return dataset;
  } catch (error) {
    dataset[Symbol.dispose]();
    throw error;
  }
}
