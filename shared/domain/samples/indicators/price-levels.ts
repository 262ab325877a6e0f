import type { Bars } from '../../market/bars/bars.ts';
import { swingHighs, swingLows } from './swings.ts';

/** What counts as a level and as near one. Distances are in average true ranges of the bar. */
export interface LevelOptions {
  /** Bars to either side of a swing, at least 1. */
  readonly reach: number;
  /** A swing this near to a level touches it; else it begins one. */
  readonly width: number;
  /** Bars after its last touch for which a level is remembered. */
  readonly memory: number;
  /** Bars in which the weight of a touch falls to 1 / e. */
  readonly decay: number;
  /** How near a level must be to be counted. */
  readonly near: number;
  /** How far beyond a level the close breaks it. */
  readonly margin: number;
  /** Levels that must exist for anything to be said. */
  readonly minimum: number;
}

/** Half a year for a touch's weight to fade, a year for a level to be forgotten. */
export const defaultLevelOptions: LevelOptions = {
  reach: 2,
  width: 0.5,
  memory: 252,
  decay: 126,
  near: 2,
  margin: 0.25,
  minimum: 3,
};

/** What each of n bars sees of its levels; NaN where there are fewer than the minimum. */
export interface LevelColumns {
  /** Price of the nearest level above the close, in rupees; NaN where there is none. */
  readonly above: Float64Array;
  /** Price of the nearest level at or below the close; NaN where there is none. */
  readonly below: Float64Array;
  /** Their scores; NaN too where no touch has a known volume. */
  readonly aboveScore: Float64Array;
  readonly belowScore: Float64Array;
  /** Levels near the close. */
  readonly count: Float64Array;
  /** 1 where this close broke a level upwards, −1 downwards, 0 where none. */
  readonly breakout: Float64Array;
  /** 1 where a level is near above the close and one near below it, else 0. */
  readonly inRange: Float64Array;
}

interface Level {
  /** Mean price of its touches. */
  price: number;
  touches: number;
  /** Volume scores of its touches, faded to bar `touchedAt`; NaN until one is known. */
  weight: number;
  touchedAt: number;
}

/**
 * Follows price levels through time: confirmed swings of highs and lows that lie close together.
 *
 * At the bar that confirms a swing, it joins the nearest level within `width` or begins one; its
 * weight is the positive part of the swing bar's volume score. A level scores its touches times
 * their weights, each faded by exp(−age / `decay`). The levels stay sorted, so a bar costs a search.
 *
 * @param bars - n bars
 * @param ranges - average true range of each bar, in rupees; swings confirmed without one are passed
 *   over
 * @param volumeScores - standard score of each bar's volume; NaN where unknown
 */
export function priceLevels(
  bars: Pick<Bars, 'high' | 'low' | 'close'>,
  ranges: Float64Array,
  volumeScores: Float64Array,
  options: LevelOptions = defaultLevelOptions,
): LevelColumns {
  const { high, low, close } = bars;
  const { width, memory, decay, near, margin, minimum } = options;
  const tops = swingHighs(high, options.reach);
  const bottoms = swingLows(low, options.reach);
  const column = (): Float64Array => new Float64Array(close.length).fill(NaN);
  const columns = {
    above: column(),
    below: column(),
    aboveScore: column(),
    belowScore: column(),
    count: column(),
    breakout: column(),
    inRange: column(),
  };
  let levels: Level[] = [];
  let oldest = 0;
  for (let i = 1; i < close.length; i++) {
    if (i - oldest > memory) forget(i);
    if (tops[i] !== tops[i - 1]) touch(high[tops[i]], volumeScores[tops[i]], i);
    if (bottoms[i] !== bottoms[i - 1]) touch(low[bottoms[i]], volumeScores[bottoms[i]], i);
    if (levels.length >= minimum && ranges[i] > 0) look(i);
  }
  return columns;

  function touch(price: number, score: number, i: number): void {
    if (Number.isNaN(ranges[i])) return;
    const place = firstAbove(levels, price);
    const level = nearer(levels[place - 1], levels[place], price);
    if (level === undefined || Math.abs(level.price - price) > width * ranges[i]) {
      const weight = Math.max(score, 0);
      levels.splice(place, 0, { price, touches: 1, weight, touchedAt: i });
      return;
    }
    const kept = faded(level, i);
    if (!Number.isNaN(score)) level.weight = (Number.isNaN(kept) ? 0 : kept) + Math.max(score, 0);
    else level.weight = kept;
    // Towards the touch and never past it, nor past a neighbour, which is further from it.
    level.price += (price - level.price) / ++level.touches;
    level.touchedAt = i;
  }

  function forget(i: number): void {
    levels = levels.filter(({ touchedAt }) => i - touchedAt <= memory);
    oldest = levels.reduce((least, { touchedAt }) => Math.min(least, touchedAt), i);
  }

  function look(i: number): void {
    const place = firstAbove(levels, close[i]);
    const above: Level | undefined = levels[place];
    const below: Level | undefined = levels[place - 1];
    columns.above[i] = above?.price ?? NaN;
    columns.below[i] = below?.price ?? NaN;
    columns.aboveScore[i] = above === undefined ? NaN : above.touches * faded(above, i);
    columns.belowScore[i] = below === undefined ? NaN : below.touches * faded(below, i);
    const span = near * ranges[i];
    columns.count[i] = firstAbove(levels, close[i] + span) - firstAbove(levels, close[i] - span);
    columns.inRange[i] = Number(above?.price <= close[i] + span && below?.price > close[i] - span);
    const edge = margin * ranges[i];
    const upwards = firstAbove(levels, close[i] - edge) > firstAbove(levels, close[i - 1] - edge);
    const downwards = firstAbove(levels, close[i] + edge) < firstAbove(levels, close[i - 1] + edge);
    columns.breakout[i] = Number(upwards) - Number(downwards);
  }

  function faded({ weight, touchedAt }: Level, i: number): number {
    return weight * Math.exp((touchedAt - i) / decay);
  }
}

/** Index of the first level above `price`; their number where there is none. */
function firstAbove(levels: readonly Level[], price: number): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (levels[middle].price > price) high = middle;
    else low = middle + 1;
  }
  return low;
}

function nearer(
  below: Level | undefined,
  above: Level | undefined,
  price: number,
): Level | undefined {
  if (below === undefined || above === undefined) return below ?? above;
  return price - below.price <= above.price - price ? below : above;
}
