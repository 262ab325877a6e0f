import { InvariantError } from '../../contracts/errors.ts';
import type { Matrix } from '../../domain/samples/matrix.ts';
import type { FittedModel } from '../../domain/training/booster.ts';
import type { Handle, Library } from './library.ts';
import { featuresOf, parametersOf, withoutLane } from './model-text.ts';
import { checkFeatures } from '../store/features.ts';
import { checkMatrix, typeOf } from './training-set.ts';

/** All rounds, from the first. */
const allRounds = [0, -1] as const;

/** Predictions on the scale of the objective; `C_API_PREDICT_NORMAL`. */
const normalPrediction = 0;

/** What splits on a feature took off the loss, summed; `C_API_FEATURE_IMPORTANCE_GAIN`. */
const gainImportance = 1;

/** One thread, like every fit: lanes share the machine. */
const predictParameters = 'num_threads=1 verbosity=-1';

/** Writes a booster as text, without what differs from lane to lane. */
export function savedText(library: Library, booster: Handle): string {
  const size = new BigInt64Array(1);
  const splitCounts = 0;
  const save = (out: Buffer) =>
    library.call(
      'LGBM_BoosterSaveModelToString',
      booster.pointer,
      ...allRounds,
      splitCounts,
      out.length,
      size,
      out,
    );
  save(library.scratch(0));
  // It did not fit: the call says how much it needs, and is made again.
  if (Number(size[0]) > library.scratch(0).length) save(library.scratch(Number(size[0])));
  return withoutLane(library.scratch(0).toString('utf8', 0, Number(size[0]) - 1));
}

/**
 * Opens a model from its text.
 *
 * @param text - a whole model; see `checkModelText`
 * @param isOwnText - whether `savedText` wrote it, so that it need not be written again
 * @throws DataError if the library cannot read it
 */
export function openModel(library: Library, text: string, isOwnText: boolean): FittedModel {
  // Without sizes the trees are read one by one: in parallel, a fault in one would end the process.
  const readable = Buffer.from(`${text.replace(/^tree_sizes=.*\n/m, '')}\0`);
  const booster = library.handle('model', 'LGBM_BoosterFree', (out) =>
    library.call('LGBM_BoosterLoadModelFromString', readable, new Int32Array(1), out),
  );
  const trees = new Int32Array(1);
  library.call('LGBM_BoosterNumberOfTotalModel', booster.pointer, trees);
  const features = featuresOf(text);
  let own = isOwnText ? text : undefined;
  return {
    features,
    trees: trees[0],
    get parameters() {
      return parametersOf(isOwnText ? text : withoutLane(text));
    },
    get text() {
      // Asked first, so that a closed model never answers.
      void booster.pointer;
      own ??= savedText(library, booster);
      return own;
    },
    get gains() {
      const gains = new Float64Array(features.length);
      const [, rounds] = allRounds;
      library.call('LGBM_BoosterFeatureImportance', booster.pointer, rounds, gainImportance, gains);
      return Array.from(gains);
    },
    predict: (matrix) => predicted(library, booster, features, matrix),
    [Symbol.dispose]: () => booster[Symbol.dispose](),
  };
}

function predicted(
  library: Library,
  booster: Handle,
  features: readonly string[],
  matrix: Matrix,
): Float64Array {
  const { pointer } = booster;
  checkMatrix(matrix);
  checkFeatures(features, matrix.features);
  const { rows, values } = matrix;
  const predictions = new Float64Array(rows);
  if (rows === 0) return predictions;
  const written = new BigInt64Array(1);
  library.call(
    'LGBM_BoosterPredictForMat',
    pointer,
    values,
    typeOf(matrix),
    rows,
    features.length,
    0,
    normalPrediction,
    ...allRounds,
    predictParameters,
    written,
    predictions,
  );
  if (Number(written[0]) !== rows)
    throw new InvariantError(`LightGBM predicted "${written[0]}" values for "${rows}" rows`);
  return predictions;
}
