import { halfYear, highestAt, lowestAt, year } from '../../indicators/extremes.ts';
import type { Feature } from '../feature.ts';
import { closeAbove, levelFeature, pricesAt } from './level-feature.ts';

/** How far the close stands above the highest high of a year, as a fraction of it; at most 0. */
export const yearHighGap = gap('yearHighGap', 'high');
/** The same in average true ranges of 14 bars. */
export const yearHighAtr = distance('yearHighAtr', 'high');
/** Bars since that high, as a fraction of the year. */
export const yearHighAge = age('yearHighAge', 'high');

/** How far the close stands above the lowest low of a year, as a fraction of it; at least 0. */
export const yearLowGap = gap('yearLowGap', 'low');
/** The same in average true ranges of 14 bars. */
export const yearLowAtr = distance('yearLowAtr', 'low');
/** Bars since that low, as a fraction of the year. */
export const yearLowAge = age('yearLowAge', 'low');

type Side = 'high' | 'low';

function placesOf(prices: Float64Array, side: Side): Int32Array {
  return side === 'high' ? highestAt(prices, year, halfYear) : lowestAt(prices, year, halfYear);
}

function gap(name: string, side: Side): Feature {
  return levelFeature(name, halfYear, (bars) => {
    const extremes = pricesAt(bars[side], placesOf(bars[side], side));
    return bars.close.map((close, i) => close / extremes[i] - 1);
  });
}

function distance(name: string, side: Side): Feature {
  return levelFeature(name, halfYear, (bars) =>
    closeAbove(bars, pricesAt(bars[side], placesOf(bars[side], side))),
  );
}

function age(name: string, side: Side): Feature {
  return levelFeature(name, halfYear, (bars) => {
    const places = placesOf(bars[side], side);
    return Float64Array.from(places, (place, i) => (place < 0 ? NaN : (i - place) / year));
  });
}
