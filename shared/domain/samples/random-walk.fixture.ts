import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Bars } from '../market/bars/bars.ts';

const dayMs = 86_400_000;
/** Wednesday 2020-01-01 00:00 at the exchange. */
const firstTs = Date.parse('2020-01-01T00:00:00+05:30');

/** Chance that a seed repeats. */
export interface Chance {
  /** In [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
}

/** @param seed - an integer */
export function seededChance(seed: number): Chance {
  const generator = xoroshiro128plus(seed);
  const uniform = (): number => uniformFloat64(generator);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  return { uniform, normal };
}

/**
 * Daily bars of a price that nobody can predict: 1.5 % a day, on weekdays from 2020-01-01.
 *
 * @param n - bars
 * @param seed - an integer
 * @param drift - log return to expect of each bar, from its close before to its close; default 0
 */
export function randomWalk(n: number, seed: number, drift?: (i: number) => number): Bars {
  const chance = seededChance(seed);
  const column = (): Float64Array => new Float64Array(n);
  const bars: Bars = {
    symbol: 'WALK',
    interval: '1d',
    ts: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let close = 500;
  for (let i = 0; i < n; i++) {
    const open = close * Math.exp(0.005 * chance.normal() + (drift?.(i) ?? 0));
    close = open * Math.exp(0.014 * chance.normal());
    bars.ts[i] = firstTs + dayMs * (i + 2 * Math.floor((i + 2) / 5));
    bars.open[i] = open;
    bars.close[i] = close;
    bars.high[i] = Math.max(open, close) * Math.exp(0.004 * Math.abs(chance.normal()));
    bars.low[i] = Math.min(open, close) * Math.exp(-0.004 * Math.abs(chance.normal()));
    bars.volume[i] = Math.round(1e6 * Math.exp(0.4 * chance.normal()));
  }
  return bars;
}
