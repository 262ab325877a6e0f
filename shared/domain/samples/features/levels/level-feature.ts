import type { Bars } from '../../../market/bars/bars.ts';
import { atr } from '../../indicators/true-range.ts';
import type { Feature, FeatureInput } from '../feature.ts';

/** A feature of the family `levels`, which reads bars and, of some, the listing. */
export function levelFeature(
  name: string,
  lookback: number,
  columnOf: (bars: Bars, input: FeatureInput) => Float64Array,
): Feature {
  return {
    name,
    family: 'levels',
    version: 1,
    lookback,
    needsContext: false,
    compute: (input) => columnOf(input.bars, input),
  };
}

/**
 * How far the close stands above a price, in average true ranges of 14 bars.
 *
 * @param prices - a price at each of n bars, in rupees; NaN where there is none
 * @returns n signed distances; NaN for the first 14 bars, without a price, and where the range is 0
 */
export function closeAbove(bars: Bars, prices: Float64Array): Float64Array {
  const ranges = atr(bars, 14);
  return bars.close.map((close, i) => (ranges[i] > 0 ? (close - prices[i]) / ranges[i] : NaN));
}

/** The prices at places; NaN where a place is −1. */
export function pricesAt(prices: Float64Array, places: Int32Array): Float64Array {
  return Float64Array.from(places, (place) => (place < 0 ? NaN : prices[place]));
}
