import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { TradingDay } from '../../contracts/time.ts';
import type { Bars } from './bars.ts';
import { dayStart } from './exchange-time.ts';
import { columnsOf, pickedBars } from './merged-bars.ts';

/** A symbol of the simulated exchange. */
export interface SimulatedInstrument {
  readonly symbol: string;
  /** Symbols of one sector move together. */
  readonly sector: string;
  /** First day with a bar; the first session where absent. */
  readonly listed?: TradingDay;
}

/** What to simulate. */
export interface SimulationOptions {
  /** Any integer; equal seeds give equal bars. */
  readonly seed: number;
  /** Days with a bar, ascending. */
  readonly sessions: readonly TradingDay[];
  readonly instruments: readonly SimulatedInstrument[];
}

/** Share of a day's variance that falls between its close before and its open. */
const overnightShare = 0.3;

/** Smallest step of a price, in rupees. */
const tick = 0.05;

/**
 * Simulates daily bars of an exchange: a market, sectors and symbols whose volatility comes in
 * spells, with volume that rises with the size of a move.
 *
 * Nothing about a later return can be learnt from earlier bars: given the past, every price is
 * expected where it stands, open to open as well (but for rounding to the tick). A model that
 * beats chance on these bars has looked ahead. A symbol's bars depend on the seed, the sessions up
 * to each of them, and its own name and sector, not on the other symbols.
 *
 * @returns bars in the order of the instruments
 */
export function simulatedBars({ seed, sessions, instruments }: SimulationOptions): Bars[] {
  const n = sessions.length;
  const market = factor(seed, 'market', 0.009, n);
  const sectors = new Map<string, Factor>();
  return instruments.map(({ symbol, sector, listed }) => {
    const ofSector = sectors.get(sector) ?? factor(seed, `sector ${sector}`, 0.006, n);
    sectors.set(sector, ofSector);
    const bars = barsOf(seed, symbol, sessions, [market, ofSector]);
    const from = listed === undefined ? 0 : sessions.findIndex((day) => day >= listed);
    return pickedBars(
      bars,
      Array.from({ length: from < 0 ? 0 : n - from }, (_, i) => from + i),
    );
  });
}

/** A cause of returns, a day: what volatility was due, and what came of it overnight and by day. */
interface Factor {
  readonly volatility: Float64Array;
  /** Standard normal. */
  readonly overnight: Float64Array;
  readonly intraday: Float64Array;
}

/**
 * A factor whose variance follows GARCH(1,1): it depends on the days before only, so that it says
 * how far the next move goes, and nothing of where.
 */
function factor(seed: number, name: string, usualVolatility: number, n: number): Factor {
  const draw = chance(seed, name);
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

function barsOf(
  seed: number,
  symbol: string,
  sessions: readonly TradingDay[],
  [market, sector]: readonly [market: Factor, sector: Factor],
): Bars {
  const n = sessions.length;
  const own = factor(seed, `symbol ${symbol}`, 0.012, n);
  const draw = chance(seed, `trading ${symbol}`);
  const exposed: readonly (readonly [factor: Factor, weight: number])[] = [
    [market, 0.6 + 0.8 * draw.uniform()],
    [sector, 0.6 + 0.8 * draw.uniform()],
    [own, 0.8 + 0.5 * draw.uniform()],
  ];
  const bars: Bars = { symbol, interval: '1d', ...columnsOf(() => new Float64Array(n)) };
  const usualVolume = 10 ** (5 + 1.7 * draw.uniform());
  let price = 100 * 30 ** draw.uniform();
  let mood = 0;
  for (let t = 0; t < n; t++) {
    const night = leg(exposed, t, 'overnight', overnightShare);
    const day = leg(exposed, t, 'intraday', 1 - overnightShare);
    const open = price * Math.exp(night.logReturn);
    price = open * Math.exp(day.logReturn);
    const high = open * Math.exp(bridgeHigh(day.logReturn, day.variance, draw.uniform()));
    const low = open * Math.exp(-bridgeHigh(-day.logReturn, day.variance, draw.uniform()));
    const size =
      Math.abs(night.logReturn + day.logReturn) / Math.sqrt(night.variance + day.variance);
    mood = 0.7 * mood + 0.25 * draw.normal();
    bars.ts[t] = dayStart(sessions[t]);
    bars.open[t] = inTicks(open);
    bars.high[t] = inTicks(high);
    bars.low[t] = inTicks(low);
    bars.close[t] = inTicks(price);
    bars.volume[t] = Math.round(usualVolume * Math.exp(mood + 0.35 * (size - 0.8)));
  }
  return bars;
}

/** Part of a day's return: the sum of the factors, lowered so that the price's expectation stands. */
function leg(
  exposed: readonly (readonly [factor: Factor, weight: number])[],
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

/**
 * The highest point of a Brownian path from 0 to `end`, at quantile 1 - `u`.
 *
 * @see Glasserman, Monte Carlo Methods in Financial Engineering (2003), § 6.4
 */
function bridgeHigh(end: number, variance: number, u: number): number {
  return (end + Math.sqrt(end ** 2 - 2 * variance * Math.log(1 - u))) / 2;
}

function inTicks(price: number): number {
  return Math.max(1, Math.round(price / tick)) / (1 / tick);
}

/** Numbers of chance that belong to a name, whatever else is drawn. */
function chance(seed: number, name: string): { uniform(): number; normal(): number } {
  const generator = xoroshiro128plus(hash(`${seed} ${name}`));
  // The first numbers of near seeds are near each other.
  for (let i = 0; i < 16; i++) generator.next();
  const uniform = (): number => uniformFloat64(generator);
  return {
    uniform,
    // Box and Muller; 1 - u keeps the logarithm finite.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  };
}

/** 32 bits of a text (FNV-1a). */
function hash(text: string): number {
  let bits = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193);
  return bits | 0;
}
