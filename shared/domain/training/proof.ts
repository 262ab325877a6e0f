import { InvariantError } from '../../contracts/errors.ts';
import type { Booster, FitProgress } from './booster.ts';

/** LightGBM has kernels for up to 16, 64 and 256 bins a feature; these rows take one of each. */
const warmingRows = [40, 150, 1024];
const rounds = 2;

/**
 * Fits a few rows that a sound library separates at once: shows that a lane can fit before it polls.
 * Loud, since only the library's log tells the device, and once for each kernel that a window may
 * need, so that none is compiled while one waits.
 *
 * @throws LaneError if memory or the device fails
 * @throws InvariantError if the library fits but does not learn
 */
export function* proofFit(booster: Booster): Generator<FitProgress, void, void> {
  for (const rows of warmingRows) yield* fitStep(booster, rows);
}

function* fitStep(booster: Booster, rows: number): Generator<FitProgress, void, void> {
  const values = Float32Array.from({ length: rows }, (_, row) => row);
  const labels = Float32Array.from(values, (value) => (value < rows / 2 ? 0 : 1));
  const matrix = { rows, features: ['step'], values };
  // More leaves than the step needs: what comes after the root has kernels of its own.
  const parameters = { objective: 'binary', num_leaves: 4, min_data_in_leaf: 8, verbosity: 1 };
  using model = yield* booster.fit({ matrix, labels }, parameters, rounds);
  const predictions = model.predict(matrix);
  const [low, high] = [predictions[0], predictions[rows - 1]];
  if (!(low < high))
    throw new InvariantError(
      `${booster.version} fitted a step but predicts "${low}" and "${high}"`,
    );
}
