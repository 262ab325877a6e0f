import type { OneBar } from '../bars/bars.ts';
import { chance, rarest } from './chance.ts';

/** One session of one symbol before it is traded. */
export interface DayToTrade {
  /** Seed, symbol and day: equal names give equal minutes. */
  readonly name: string;
  /** Minutes of continuous trading. */
  readonly minutes: number;
  /** Rupees a share, not yet in ticks. */
  readonly open: number;
  /** From open to close. */
  readonly logReturn: number;
  readonly variance: number;
  /** Shares of the whole session, an integer, at least one a minute. */
  readonly volume: number;
}

/** The bars of a session's minutes; columns of `minutes` values. */
export type MinuteColumns = Readonly<Record<keyof OneBar, Float64Array>>;

/** Smallest step of a price, in rupees. */
const tick = 0.05;

/** A price in ticks; one of them at least. */
export function inTicks(price: number): number {
  return Math.max(1, Math.round(price / tick)) / (1 / tick);
}

/**
 * Trades a session minute by minute: a Brownian bridge from open to close, busier at both ends, and
 * in each minute the highest and lowest point of a bridge between its ends. Each minute opens where
 * the one before closed.
 */
export function tradedMinutes(day: DayToTrade): MinuteColumns {
  const { minutes: n } = day;
  const walk = walked(day);
  const made = {
    open: new Float64Array(n),
    high: new Float64Array(n),
    low: new Float64Array(n),
    close: new Float64Array(n),
    volume: volumes(day, walk),
  };
  for (let i = 0; i < n; i++) {
    const [start, end] = [walk.log[i], walk.log[i + 1]];
    const variance = walk.profile.share[i] * day.variance;
    made.open[i] = price(day, start);
    made.close[i] = price(day, end);
    const rise = start + bridgeHigh(end - start, variance, walk.chance.uniform());
    made.high[i] = price(day, Math.max(rise, start, end));
    const fall = start - bridgeHigh(start - end, variance, walk.chance.uniform());
    made.low[i] = price(day, Math.min(fall, start, end));
  }
  return made;
}

/** The daily bar of `tradedMinutes(day)`, to the last digit, in a quarter of the time. */
export function tradedDay(day: DayToTrade): OneBar {
  const walk = walked(day);
  const deviation = Math.sqrt(day.variance);
  let [highest, lowest] = [0, 0];
  for (let i = 0; i < day.minutes; i++) {
    const [start, end] = [walk.log[i], walk.log[i + 1]];
    const variance = walk.profile.share[i] * day.variance;
    const [above, below] = [walk.chance.uniform(), walk.chance.uniform()];
    // Most minutes lie too far from the extremes to hold them, whatever chance says.
    const reach = walk.profile.reach[i] * deviation;
    const [top, bottom] = start > end ? [start, end] : [end, start];
    if (top + reach > highest)
      highest = Math.max(highest, top, start + bridgeHigh(end - start, variance, above));
    if (bottom - reach < lowest)
      lowest = Math.min(lowest, bottom, start - bridgeHigh(start - end, variance, below));
  }
  return {
    open: price(day, 0),
    high: price(day, highest),
    low: price(day, lowest),
    close: price(day, day.logReturn),
    volume: day.volume,
  };
}

interface Walk {
  readonly profile: Profile;
  readonly chance: ReturnType<typeof chance>;
  /** The price's logarithm over the open's at each end of a minute, n + 1 values. */
  readonly log: Float64Array;
  /** How far each minute went, in its own standard deviations. */
  readonly size: Float64Array;
}

function walked({ name, minutes: n, logReturn, variance }: DayToTrade): Walk {
  const draw = chance(`minutes ${name}`);
  const profile = profileOf(n);
  const deviation = Math.sqrt(variance);
  const log = new Float64Array(n + 1);
  const size = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const step = draw.normal();
    size[i] = Math.abs(step);
    log[i + 1] = log[i] + deviation * profile.root[i] * step;
  }
  const astray = logReturn - log[n];
  for (let i = 1; i < n; i++) log[i] += profile.elapsed[i] * astray;
  log[n] = logReturn;
  return { profile, chance: draw, log, size };
}

/** Splits the day's shares over its minutes: more at both ends, and where the price moves. */
function volumes({ minutes: n, volume }: DayToTrade, { profile, size }: Walk): Float64Array {
  const made = new Float64Array(n);
  let total = 0;
  for (let i = 0; i < n; i++) total += profile.share[i] * (0.4 + size[i]);
  let soFar = 0;
  let given = 0;
  for (let i = 0; i < n; i++) {
    soFar += profile.share[i] * (0.4 + size[i]);
    const upTo = i === n - 1 ? volume - n : Math.floor((soFar / total) * (volume - n));
    made[i] = 1 + upTo - given;
    given = upTo;
  }
  return made;
}

/** How a session's variance and volume spread over its minutes: a U. */
interface Profile {
  /** Sums to 1. */
  readonly share: Float64Array;
  /** Square roots of `share`. */
  readonly root: Float64Array;
  /** Sum of `share` before each minute. */
  readonly elapsed: Float64Array;
  /** How far beyond its ends a minute may go, in deviations of the day. */
  readonly reach: Float64Array;
}

const profiles = new Map<number, Profile>();

function profileOf(n: number): Profile {
  const known = profiles.get(n);
  if (known !== undefined) return known;
  const busy = Float64Array.from({ length: n }, (_, i) => 1 + 2.5 * ((2 * i + 1) / n - 1) ** 4);
  const total = busy.reduce((sum, value) => sum + value, 0);
  const share = busy.map((value) => value / total);
  const elapsed = new Float64Array(n);
  for (let i = 1; i < n; i++) elapsed[i] = elapsed[i - 1] + share[i - 1];
  const reach = share.map((value) => Math.sqrt((value * rarest) / 2));
  const made = { share, root: share.map(Math.sqrt), elapsed, reach };
  profiles.set(n, made);
  return made;
}

/**
 * The highest point of a Brownian path from 0 to `end`, at quantile 1 - `u`.
 *
 * @see Glasserman, Monte Carlo Methods in Financial Engineering (2003), § 6.4
 */
function bridgeHigh(end: number, variance: number, u: number): number {
  return (end + Math.sqrt(end ** 2 - 2 * variance * Math.log(1 - u))) / 2;
}

function price({ open }: DayToTrade, log: number): number {
  return inTicks(open * Math.exp(log));
}
