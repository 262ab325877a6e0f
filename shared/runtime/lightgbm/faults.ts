import {
  DataError,
  InputError,
  InvariantError,
  LaneError,
  type ErrorFields,
} from '../../contracts/errors.ts';
import type { CApi } from './c-api.ts';

/** What a caller can mend: parameters, labels, weights, names and shapes. Looked at first. */
const input = [
  /^Unknown (objective|boosting|tree learner|device|sample strategy)/,
  // A number that is none: the parser of parameters is the parser of data files.
  /^Unknown token /,
  /^Parameter /,
  /Check failed: .* at .*config_auto\.cpp/,
  /Check failed: .*(config|label)/,
  /\b(labels?|weights?|query|init(ial)? score)\b/i,
  /feature_names|feature name|^Feature \(|number of features/i,
  /number of class/i,
  /\bobjective\b/i,
  /^Cannot (set|use|change)/,
  /bin size \d+ cannot run on GPU/,
];

/** What another lane may do better: memory, drivers, a build without the device asked for. */
const lane = [
  /bad_alloc|out of memory|cannot allocate|bad array/i,
  /OpenCL|CUDA|ROCm|\bGPU\b/i,
  // Boost.Compute reports OpenCL's error codes by these bare names.
  /^(Device|Compiler|Linker) (Not|Partition)|^Out of (Resources|Host Memory)|Allocation Failure/,
  /^(Map|Build Program|Compile Program|Link Program) Failure|^Invalid [A-Z]/,
];

/**
 * Makes the error for a call that failed, with LightGBM's own words.
 *
 * @param call - the function of the C API
 * @param returned - what it returned
 * @param words - the library's last error
 */
export function fault(call: keyof CApi, returned: number, words: string): Error {
  const said = words.trim();
  const fields: ErrorFields = { call, returned, lightgbm: said };
  const is = (pattern: RegExp) => pattern.test(said);

  if (call === 'LGBM_BoosterLoadModelFromString' && !lane.some(is))
    return new DataError(`LightGBM cannot read the model: "${said}"`, fields);
  if (input.some(is)) return new InputError(`LightGBM refuses: "${said}"`, fields);
  if (lane.some(is)) return new LaneError(`LightGBM's device or memory failed: "${said}"`, fields);
  return new InvariantError(
    `LightGBM failed in "${call}" with "${returned}" in a way nobody foresaw: "${said}"`,
    fields,
  );
}

/**
 * Makes the error for a library that cannot be loaded.
 *
 * @param file - where it was looked for
 * @param found - what was there, in the loader's words
 */
export function loadFault(file: string, found: string): InputError {
  const missing = /(lib[\w.+-]+\.so[\d.]*): cannot open shared object file/.exec(found)?.[1];
  const remedy =
    missing === undefined || file.endsWith(missing)
      ? ''
      : `it needs "${missing}" (on Debian and Ubuntu: apt-get install libgomp1); `;
  return new InputError(
    `expected the LightGBM library at "${file}", found "${found}"; ${remedy}` +
      'run "npm run sensequant -- doctor", or name a library with LIGHTGBM_LIB',
    { file, found },
  );
}
