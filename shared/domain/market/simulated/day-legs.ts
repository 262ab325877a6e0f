import { chance } from './chance.ts';

/** Share of a day's variance that falls between its close before and its open. */
const overnightShare = 0.3;

/** A cause of returns, a day: what volatility was due, and what came of it overnight and by day. */
export interface Factor {
  readonly volatility: Float64Array;
  /** Standard normal. */
  readonly overnight: Float64Array;
  readonly intraday: Float64Array;
}

/** A symbol's days before they are traded minute by minute: columns of n sessions. */
export interface DayLegs {
  /** The seed and the symbol. */
  readonly name: string;
  /** Rupees a share, not yet in ticks nor divided by splits. */
  readonly open: Float64Array;
  /** From open to close. */
  readonly logReturn: Float64Array;
  /** Of `logReturn`, before it was known. */
  readonly variance: Float64Array;
  /** Shares that a session of the usual length would trade. */
  readonly volume: Float64Array;
}

/**
 * A factor whose variance follows GARCH(1,1): it depends on the days before only, so that it says
 * how far the next move goes, and nothing of where.
 *
 * @param name - the seed and whose factor it is
 * @param usualVolatility - standard deviation of a day's return
 * @param n - sessions
 */
export function factor(name: string, usualVolatility: number, n: number): Factor {
  const draw = chance(name);
  const made: Factor = {
    volatility: new Float64Array(n),
    overnight: new Float64Array(n),
    intraday: new Float64Array(n),
  };
  const usual = usualVolatility ** 2;
  let variance = usual;
  for (let t = 0; t < n; t++) {
    made.volatility[t] = Math.sqrt(variance);
    made.overnight[t] = draw.normal();
    made.intraday[t] = draw.normal();
    const shock =
      Math.sqrt(overnightShare) * made.overnight[t] +
      Math.sqrt(1 - overnightShare) * made.intraday[t];
    variance = 0.03 * usual + variance * (0.1 * shock ** 2 + 0.87);
  }
  return made;
}

/**
 * Walks a symbol's price from session to session. Given the past, every price is expected where it
 * stands.
 *
 * @param name - the seed and the symbol
 * @param factors - of market, sector and the symbol itself, n sessions each
 */
export function dayLegs(name: string, factors: readonly [Factor, Factor, Factor]): DayLegs {
  const draw = chance(`trading ${name}`);
  const [market, sector, own] = factors;
  const exposed: readonly Exposure[] = [
    [market, 0.6 + 0.8 * draw.uniform()],
    [sector, 0.6 + 0.8 * draw.uniform()],
    [own, 0.8 + 0.5 * draw.uniform()],
  ];
  const n = own.volatility.length;
  const legs: DayLegs = {
    name,
    open: new Float64Array(n),
    logReturn: new Float64Array(n),
    variance: new Float64Array(n),
    volume: new Float64Array(n),
  };
  const usualVolume = 10 ** (5 + 1.7 * draw.uniform());
  let price = 100 * 30 ** draw.uniform();
  let mood = 0;
  for (let t = 0; t < n; t++) {
    const night = leg(exposed, t, 'overnight', overnightShare);
    const day = leg(exposed, t, 'intraday', 1 - overnightShare);
    legs.open[t] = price * Math.exp(night.logReturn);
    legs.logReturn[t] = day.logReturn;
    legs.variance[t] = day.variance;
    price = legs.open[t] * Math.exp(day.logReturn);
    const size =
      Math.abs(night.logReturn + day.logReturn) / Math.sqrt(night.variance + day.variance);
    mood = 0.7 * mood + 0.25 * draw.normal();
    legs.volume[t] = usualVolume * Math.exp(mood + 0.35 * (size - 0.8));
  }
  return legs;
}

type Exposure = readonly [cause: Factor, weight: number];

/** Part of a day's return: the sum of the factors, lowered so that the price's expectation stands. */
function leg(
  exposed: readonly Exposure[],
  t: number,
  part: 'overnight' | 'intraday',
  share: number,
): { readonly logReturn: number; readonly variance: number } {
  let logReturn = 0;
  let variance = 0;
  for (const [cause, weight] of exposed) {
    const deviation = weight * cause.volatility[t] * Math.sqrt(share);
    logReturn += deviation * cause[part][t];
    variance += deviation ** 2;
  }
  return { logReturn: logReturn - variance / 2, variance };
}
