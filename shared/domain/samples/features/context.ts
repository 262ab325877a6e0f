import { InvariantError } from '../../../contracts/errors.ts';
import { sma } from '../indicators/moving-average.ts';
import type { Feature, FeatureInput, MarketContext } from './feature.ts';
import { return1 } from './returns.ts';

/** Log return of the last 5 bars beyond the index's. */
export const relativeReturn5 = returnBeyond('relativeReturn5', 'indexReturn');
/** Log return of the last 5 bars beyond the symbol's sector's. */
export const sectorReturn5 = returnBeyond('sectorReturn5', 'sectorReturn');

/** Slope of the symbol's log returns on the index's, over the last 60 bars. */
export const beta60: Feature = {
  name: 'beta60',
  family: 'context',
  version: 1,
  lookback: 61,
  needsContext: true,
  compute: (input) => slopes(return1.compute(input), columnOf(input, 'indexReturn'), 60),
};

/** Share of the universe above its mean of 50 sessions, in [0, 1]. */
export const breadth = asIs('breadth');
/** Standard deviation of the universe's log returns of the session. */
export const dispersion = asIs('dispersion');
/** Rank of the return of 60 sessions in the universe, in [0, 1]. */
export const momentumRank = asIs('momentumRank');
/** Rank of the return of 5 sessions in the universe, in [0, 1]. */
export const reversalRank = asIs('reversalRank');

function asIs(name: keyof MarketContext): Feature {
  return {
    name,
    family: 'context',
    version: 1,
    lookback: 1,
    needsContext: true,
    compute: (input) => columnOf(input, name).slice(),
  };
}

function returnBeyond(name: string, other: keyof MarketContext): Feature {
  return {
    name,
    family: 'context',
    version: 1,
    lookback: 6,
    needsContext: true,
    compute: (input) => {
      const others = columnOf(input, other);
      const beyond = return1.compute(input).map((value, i) => value - others[i]);
      return sma(beyond, 5).map((mean) => 5 * mean);
    },
  };
}

/** A column of the context; NaN throughout where there is none. */
function columnOf({ bars, context }: FeatureInput, name: keyof MarketContext): Float64Array {
  const n = bars.ts.length;
  const column = context?.[name] ?? new Float64Array(n).fill(NaN);
  if (column.length !== n)
    throw new InvariantError(
      `context of "${bars.symbol}" should have a value of ${name} for each of "${n}" bars, found ` +
        `"${column.length}"`,
    );
  return column;
}

/** Least-squares slopes of `y` on `x` over the last `lookback` values; NaN where `x` is constant. */
function slopes(y: Float64Array, x: Float64Array, lookback: number): Float64Array {
  const meanX = sma(x, lookback);
  const meanY = sma(y, lookback);
  return y.map((_, i) => {
    let covariance = 0;
    let variance = 0;
    for (let j = Math.max(0, i - lookback + 1); j <= i; j++) {
      covariance += (x[j] - meanX[i]) * (y[j] - meanY[i]);
      variance += (x[j] - meanX[i]) ** 2;
    }
    return variance > 0 ? covariance / variance : NaN;
  });
}
