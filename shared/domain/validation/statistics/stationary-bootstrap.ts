import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { quantile } from './quantile.ts';

/** How resamples of sessions are drawn. */
export interface BootstrapOptions {
  /** Sessions a block has on average, at least 1. Default 10. */
  readonly meanBlock: number;
  /** Resamples. Default 5,000. */
  readonly draws: number;
  /** Share of resamples inside the interval, in (0, 1). Default 0.95. */
  readonly confidence: number;
  /** An integer. Default 1. */
  readonly seed: number;
}

/** The options that headlines are drawn by; quant.md 2.9. */
export const defaultBootstrapOptions: BootstrapOptions = {
  meanBlock: 10,
  draws: 5000,
  confidence: 0.95,
  seed: 1,
};

/** Something measured over sessions that each count as often as their weight says. */
export type Statistic = (weights: Uint32Array) => number;

/** A statistic of all sessions, and of every resample. */
export interface Sampled {
  readonly value: number;
  /** NaN where a resample says nothing. */
  readonly drawn: Float64Array;
}

/** A value and how far chance may have moved it. */
export interface Estimate {
  readonly value: number;
  /** NaN where there is no value, or where the sessions are fewer than two mean blocks. */
  readonly low: number;
  readonly high: number;
}

/**
 * Measures statistics over resamples of the same sessions: runs of geometric length that wrap
 * around, all rows of a session together, since symbols share the market. Labels that overlap,
 * scores that persist and symbols that move as one so widen an interval as they should. Every
 * statistic sees the same resamples: differences of two are paired.
 *
 * @param statistics - what to measure, by name
 * @param sessions - how many there are, in time
 * @returns no resamples where the sessions are fewer than two mean blocks
 * @see Politis and Romano, The Stationary Bootstrap, JASA 89 (1994)
 */
export function bootstrapped<Name extends string>(
  statistics: Readonly<Record<Name, Statistic>>,
  sessions: number,
  { meanBlock, draws, seed }: BootstrapOptions,
): Readonly<Record<Name, Sampled>> {
  const named = Object.entries<Statistic>(statistics);
  const weights = new Uint32Array(sessions).fill(1);
  const values = named.map(([, statistic]) => statistic(weights));
  const count = sessions < 2 * meanBlock ? 0 : draws;
  const drawn = named.map(() => new Float64Array(count));
  const generator = xoroshiro128plus(seed);
  for (let draw = 0; draw < count; draw++) {
    weights.fill(0);
    let session = 0;
    for (let i = 0; i < sessions; i++) {
      const isNewBlock = i === 0 || uniformFloat64(generator) * meanBlock < 1;
      session = isNewBlock ? uniformInt(generator, 0, sessions - 1) : (session + 1) % sessions;
      weights[session]++;
    }
    for (let k = 0; k < named.length; k++) drawn[k][draw] = named[k][1](weights);
  }
  const sampled = named.map(([name], k) => [name, { value: values[k], drawn: drawn[k] }] as const);
  return Object.fromEntries(sampled) as Record<Name, Sampled>;
}

/** The difference of two statistics, resample by resample. */
export function difference(a: Sampled, b: Sampled): Sampled {
  return { value: a.value - b.value, drawn: a.drawn.map((value, draw) => value - b.drawn[draw]) };
}

/** A statistic with the interval between the quantiles of its resamples. */
export function estimate({ value, drawn }: Sampled, confidence: number): Estimate {
  if (Number.isNaN(value)) return { value, low: NaN, high: NaN };
  // A resample may miss the few sessions that say something: it says nothing.
  const sorted = drawn.filter((one) => !Number.isNaN(one)).sort();
  const tail = (1 - confidence) / 2;
  return { value, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail) };
}

/** Sums over the weighted sessions, one over the other: a mean whose parts come by session. */
export function ratioOfSums(numerators: Float64Array, denominators: Float64Array): Statistic {
  return (weights) => weighted(numerators, weights) / weighted(denominators, weights);
}

/** The mean of a value a session, over those that have one. */
export function meanOfSessions(series: Float64Array): Statistic {
  const isKnown = series.map((value) => Number(!Number.isNaN(value)));
  return ratioOfSums(
    series.map((value) => (Number.isNaN(value) ? 0 : value)),
    isKnown,
  );
}

/** Σ weight · value. */
export function weighted(values: Float64Array, weights: Uint32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += weights[i] * values[i];
  return sum;
}
