import { InputError } from '../../../contracts/errors.ts';

/** What a sample is made of. */
export interface SampleShape {
  /** Sessions with rows. */
  readonly sessions: number;
  /** Sessions a label looks ahead, at least 1. */
  readonly horizon: number;
  /** Symbols a session, at least 1. */
  readonly symbols: number;
  /** Mean correlation between two symbols' returns over the horizon, in [0, 1]. */
  readonly correlation: number;
}

/**
 * How many independent labels a sample is worth: labels of neighbouring sessions overlap and
 * symbols share the market, (sessions / H) · N / (1 + (N − 1) ρ).
 *
 * @throws InputError if a number is out of bounds
 * @see quant.md 2.4: at ρ 0.25, 99 names are worth 3.9 a date
 */
export function effectiveSample(shape: SampleShape): number {
  const { sessions, horizon, symbols, correlation } = shape;
  if (!(sessions >= 0 && horizon >= 1 && symbols >= 1 && correlation >= 0 && correlation <= 1))
    throw new InputError(
      `no sample has "${sessions}" sessions of "${symbols}" symbols, a horizon of "${horizon}" and ` +
        `a correlation of "${correlation}"`,
      { ...shape },
    );
  return ((sessions / horizon) * symbols) / (1 + (symbols - 1) * correlation);
}

/**
 * The mean correlation of returns over all pairs of symbols: ρ of `effectiveSample`.
 *
 * @param returns - a column a symbol, of n returns over the horizon on the same dates; NaN unknown
 * @returns in [−1, 1], over pairs with three dates in common and returns that vary; NaN where there
 *   are none
 */
export function meanCorrelation(returns: readonly Float64Array[]): number {
  let sum = 0;
  let pairs = 0;
  returns.forEach((a, i) => {
    for (const b of returns.slice(i + 1)) {
      const value = correlation(a, b);
      if (Number.isNaN(value)) continue;
      sum += value;
      pairs++;
    }
  });
  return sum / pairs;
}

function correlation(a: Float64Array, b: Float64Array): number {
  const rows = Array.from(a.keys()).filter((i) => !Number.isNaN(a[i]) && !Number.isNaN(b[i]));
  if (rows.length < 3) return NaN;
  const mean = (of: Float64Array): number => rows.reduce((sum, i) => sum + of[i], 0) / rows.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (const i of rows) {
    ab += (a[i] - meanA) * (b[i] - meanB);
    aa += (a[i] - meanA) ** 2;
    bb += (b[i] - meanB) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}
