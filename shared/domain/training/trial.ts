import type { TreeOptions } from '../../contracts/recipe.ts';
import { fitOnce } from './cross-fit.ts';
import type { Booster, FitProgress } from './booster.ts';

/** A fit that is only timed: as large as a window's, of made-up rows. */
export interface Trial {
  /** At least 2. */
  readonly rows: number;
  readonly features: number;
  readonly trees: TreeOptions;
}

/**
 * Fits made-up rows whose labels follow one feature but for every tenth row, and drops the model.
 *
 * @throws LaneError if memory or the device fails
 */
export function* trialFit(
  booster: Booster,
  { rows, features, trees }: Trial,
): Generator<FitProgress, void, void> {
  const values = scattered(rows * features);
  const labels = Int8Array.from({ length: rows }, (_, row) =>
    row % 10 === 0 ? (row % 20 === 0 ? 1 : 0) : values[row] < 0.5 ? 0 : 1,
  );
  const names = Array.from({ length: features }, (_, j) => `f${j}`);
  const matrix = { rows, features: names, values };
  const targets = Float32Array.from(labels);
  using _model = yield* fitOnce(
    booster,
    { matrix, labels, targets },
    { objective: 'binary', trees },
  );
}

/** Numbers in [0, 1) that fill it evenly and repeat nowhere: multiples of the golden ratio. */
function scattered(length: number): Float32Array {
  const ratio = (Math.sqrt(5) - 1) / 2;
  return Float32Array.from({ length }, (_, i) => (i * ratio) % 1);
}
