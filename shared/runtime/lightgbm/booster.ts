import { InputError, InvariantError } from '../../contracts/errors.ts';
import type { Booster, FitProgress, TrainingSet } from '../../domain/training/booster.ts';
import { deviceParameters, parseDevice } from './device.ts';
import { openLibrary, type Library } from './library.ts';
import type { OnLog } from './log-lines.ts';
import { checkModelText } from './model-check.ts';
import { openModel, savedText } from './model.ts';
import { checkParameters, parameterNames, parameterText } from './parameters.ts';
import { openDataset } from './training-set.ts';

/** What `openBooster` needs to know besides the library. */
export interface BoosterOptions {
  /** Version of the library, e.g. `4.7.0`. LightGBM cannot tell; whoever installed it can. */
  readonly version: string;
  /** Told what LightGBM logs, a whole line at a time and each line once a fit. Must not throw. */
  readonly onLog: OnLog;
  /** Where fits run: `cpu`, `opencl:<platform>:<device>` or `cuda:<uuid>`. Default: `cpu`. */
  readonly device?: string;
}

/** LightGBM, open on this thread. After it was closed its models can only be closed too. */
export interface LightGbm extends Booster, Disposable {
  /** Data sets, fits and models that hold memory of the library; 0 when all are closed. */
  readonly openHandles: number;
}

/**
 * Loads LightGBM and opens it as a `Booster`.
 *
 * Calls are synchronous and belong to the thread that opened it; see `openComputeThread`. Fits
 * are always `deterministic` and `force_col_wise`, silent unless `verbosity` and of one thread unless
 * `num_threads` says otherwise. The library itself writes fatal messages to stderr besides.
 *
 * @param file - path of `lib_lightgbm.so`, version 4
 * @throws InputError if it is missing or cannot be loaded
 */
export function openBooster(
  file: string,
  { version, onLog, device = 'cpu' }: BoosterOptions,
): LightGbm {
  const onDevice = deviceParameters(parseDevice(device));
  const library = openLibrary(file, onLog);
  const names = parameterNames(library);
  return {
    version: `lightgbm ${version}`,
    get openHandles() {
      return library.openHandles;
    },
    *fit(set, parameters, rounds) {
      const asked = parameterText(names, { ...parameters, ...onDevice }, rounds);
      const text = yield* fittedText(library, set, asked, rounds);
      // What was fitted on holds the gradients and scores of every row; the model read back does
      // not, and is the one that any later process will see.
      const model = openModel(library, text, true);
      try {
        if (model.features.join(' ') !== set.matrix.features.join(' '))
          throw new InvariantError(`LightGBM renamed features: "${model.features.join(' ')}"`);
        checkParameters(asked, text);
        return model;
      } catch (error) {
        model[Symbol.dispose]();
        throw error;
      }
    },
    load(text) {
      checkModelText(text);
      return openModel(library, text, false);
    },
    [Symbol.dispose]: () => library[Symbol.dispose](),
  };
}

function* fittedText(
  library: Library,
  set: TrainingSet,
  parameters: string,
  rounds: number,
): Generator<FitProgress, string, void> {
  library.log.begin();
  using dataset = openDataset(library, set, parameters);
  using booster = library.handle('fit', 'LGBM_BoosterFree', (out) =>
    library.call('LGBM_BoosterCreate', dataset.pointer, parameters, out),
  );
  const treesPerRound = new Int32Array(1);
  library.call('LGBM_BoosterNumModelPerIteration', booster.pointer, treesPerRound);
  if (treesPerRound[0] !== 1)
    throw new InputError(`the objective predicts "${treesPerRound[0]}" values a row, not one`);
  // A round without a split is no reason to stop: with sampled rows or features the next may have
  // one. LightGBM drops such rounds, so a model may have fewer trees than rounds.
  const isEmpty = new Int32Array(1);
  for (let round = 1; round <= rounds; round++) {
    library.call('LGBM_BoosterUpdateOneIter', booster.pointer, isEmpty);
    yield { round, rounds };
  }
  return savedText(library, booster);
}
