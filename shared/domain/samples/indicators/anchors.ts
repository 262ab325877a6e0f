import { firstAtOrAfter, type Bars } from '../../market/bars/bars.ts';
import { halfYear, highestAt, lowestAt, year } from './extremes.ts';
import { atr } from './true-range.ts';

const dayMs = 86_400_000;
/** Bars that follow an extreme without a further one before it counts: a week of sessions. */
const confirmedAfter = 5;
/** Average true ranges by which an opening must jump. */
const gapRanges = 2;

/**
 * The bar of the year's high that each bar knows of: the highest of 252 bars, once 5 bars have
 * followed that are not as high.
 *
 * @param high - n highs
 * @returns n indices; −1 before the first is confirmed and once it is a year old
 */
export function yearHighs(high: Float64Array): Int32Array {
  return confirmed(highestAt(high, year, halfYear));
}

/** As `yearHighs`, of lows. */
export function yearLows(low: Float64Array): Int32Array {
  return confirmed(lowestAt(low, year, halfYear));
}

/**
 * The latest bar that opened more than two average true ranges away from the close before it.
 *
 * @param bars - n bars
 * @returns n indices, at most their own; −1 where there was none within a year
 */
export function gapBars(bars: Pick<Bars, 'open' | 'high' | 'low' | 'close'>): Int32Array {
  const { open, close } = bars;
  const ranges = atr(bars, 14);
  const isGap = (i: number): boolean =>
    i > 0 && Math.abs(open[i] - close[i - 1]) > gapRanges * ranges[i - 1];
  return latest(open.length, (i) => (isGap(i) ? i : -1));
}

/**
 * The bar a symbol was first traded at, of the bars within a year of it.
 *
 * Later ones have none: whether the listing is among the bars before them would depend on where
 * those begin.
 *
 * @param listedTs - start of its first day, epoch milliseconds UTC; undefined where unknown
 * @returns n indices; −1 too where the first day's bars are not there
 */
export function listingBars(bars: Bars, listedTs: number | undefined): Int32Array {
  const first = listedTs === undefined ? -1 : firstAtOrAfter(bars, listedTs);
  const isThere = listedTs !== undefined && bars.ts[first] < listedTs + dayMs;
  return latest(bars.ts.length, (i) => (isThere && i === first ? i : -1));
}

function confirmed(places: Int32Array): Int32Array {
  return latest(places.length, (i) => (i - places[i] >= confirmedAfter ? places[i] : -1));
}

/** The latest of the bars that each bar makes known, if any; none is remembered for more than a year. */
function latest(n: number, knownAt: (i: number) => number): Int32Array {
  const bars = new Int32Array(n).fill(-1);
  let last = -1;
  for (let i = 0; i < n; i++) {
    const known = knownAt(i);
    if (known >= 0) last = known;
    if (last >= 0 && i - last < year) bars[i] = last;
  }
  return bars;
}
