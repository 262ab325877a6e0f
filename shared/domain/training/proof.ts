import { InvariantError } from '../../contracts/errors.ts';
import type { Booster, FitProgress } from './booster.ts';

const rows = 64;
const rounds = 2;

/**
 * Fits a few rows that a sound library separates at once: shows that a lane can fit before it polls.
 *
 * @returns trees of the model
 * @throws LaneError if memory or the device fails
 * @throws InvariantError if the library fits but does not learn
 */
export function* proofFit(booster: Booster): Generator<FitProgress, number, void> {
  const values = Float32Array.from({ length: rows }, (_, row) => row);
  const labels = Float32Array.from(values, (value) => (value < rows / 2 ? 0 : 1));
  const matrix = { rows, features: ['step'], values };
  const parameters = { objective: 'binary', num_leaves: 2, min_data_in_leaf: 8 };
  using model = yield* booster.fit({ matrix, labels }, parameters, rounds);
  const [low] = model.predict(matrix);
  const high = model.predict(matrix)[rows - 1];
  if (!(low < high))
    throw new InvariantError(
      `${booster.version} fitted a step but predicts "${low}" and "${high}"`,
    );
  return model.trees;
}
