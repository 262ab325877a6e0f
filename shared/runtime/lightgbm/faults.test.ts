import { describe, expect, test } from 'vitest';
import {
  DataError,
  InputError,
  InvariantError,
  LaneError,
  type ErrorClass,
} from '../../contracts/errors.ts';
import type { CApi } from './c-api.ts';
import { fault } from './faults.ts';

const classes: Partial<Record<ErrorClass, new (message: string) => Error>> = {
  InputError,
  DataError,
  LaneError,
  InvariantError,
};

// Words of LightGBM 4.7.0 and of the Boost.Compute within it. Those that this machine can be made
// to say are also provoked, in booster.test.ts.
const fits: readonly (readonly [ErrorClass, string])[] = [
  ['InputError', 'Parameter num_leaves should be of type int, got "abc"'],
  ['InputError', 'Check failed: (max_bin) > (1) at /src/io/config_auto.cpp, line 527 .\n'],
  [
    'InputError',
    'Number of classes should be specified and greater than 1 for multiclass training',
  ],
  ['InputError', 'Length of labels differs from the length of #data'],
  ['InputError', '[poisson]: at least one target label is negative'],
  ['InputError', 'Do not support special JSON characters in feature name.'],
  ['InputError', 'Feature (f0) appears more than one time.'],
  ['InputError', 'bin size 300 cannot run on GPU'],
  ['LaneError', 'std::bad_alloc'],
  ['LaneError', 'No OpenCL device found'],
  ['LaneError', 'Device Not Available'],
  ['LaneError', 'Memory Object Allocation Failure'],
  ['LaneError', 'Out of Resources'],
  ['LaneError', 'Invalid Command Queue'],
  ['LaneError', 'Build Program Failure'],
  ['LaneError', '[CUDA] out of memory /src/cuda/cuda_utils.cpp 12'],
  ['InvariantError', 'Check failed: (best_split_info.left_count) > (0) at /src/tree.cpp, line 9 .'],
  ['InvariantError', 'Everything is fine'],
];

describe('fault', () => {
  test.each(fits)('is an %s for %j', (name, words) => {
    const error = fault('LGBM_BoosterUpdateOneIter', -1, words);

    expect(error).toBeInstanceOf(classes[name]);
    expect(error.message).toContain(`"${words.trim()}"`);
    expect(error).toMatchObject({
      fields: { call: 'LGBM_BoosterUpdateOneIter', returned: -1, lightgbm: words.trim() },
    });
  });

  test.each<[ErrorClass, string]>([
    ['DataError', 'Wrong size of feature_names'],
    ['DataError', 'Unknown objective type name: magic'],
    ['LaneError', 'std::bad_alloc'],
  ])('of a model that does not load is a %s for %j', (name, words) => {
    const call: keyof CApi = 'LGBM_BoosterLoadModelFromString';

    expect(fault(call, -1, words)).toBeInstanceOf(classes[name]);
  });
});
