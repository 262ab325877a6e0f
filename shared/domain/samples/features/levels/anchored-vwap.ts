import { gapBars, listingBars, yearHighs, yearLows } from '../../indicators/anchors.ts';
import { halfYear } from '../../indicators/extremes.ts';
import { swingHighs, swingLows } from '../../indicators/swings.ts';
import { anchoredVwap, quarterStarts } from '../../indicators/vwap.ts';
import type { Bars } from '../../../market/bars/bars.ts';
import type { Feature, FeatureInput } from '../feature.ts';
import { closeAbove, levelFeature } from './level-feature.ts';

/** Bars to either side of a swing that anchors: a week of sessions. */
const reach = 5;

/**
 * How far the close stands above what those paid who bought since the last swing high, in average
 * true ranges of 14 bars. The anchor counts from the bar that confirms it, 5 bars later.
 */
export const vwapSinceHigh = anchored('vwapSinceHigh', ({ high }) => swingHighs(high, reach));
/** The same since the last confirmed swing low. */
export const vwapSinceLow = anchored('vwapSinceLow', ({ low }) => swingLows(low, reach));
/** The same since the first bar of the calendar quarter. */
export const vwapSinceQuarter = anchored('vwapSinceQuarter', ({ ts }) => quarterStarts(ts));
/** The same since the symbol was listed, in its first year. */
export const vwapSinceListing = anchored('vwapSinceListing', (bars, { listedTs }) =>
  listingBars(bars, listedTs),
);
/** The same since the last bar that opened more than 2 average true ranges away, within a year. */
export const vwapSinceGap = anchored('vwapSinceGap', gapBars, 16);
/** The same since the year's high, from the fifth bar after it on. */
export const vwapSinceYearHigh = anchored(
  'vwapSinceYearHigh',
  ({ high }) => yearHighs(high),
  halfYear,
);
/** The same since the year's low. */
export const vwapSinceYearLow = anchored('vwapSinceYearLow', ({ low }) => yearLows(low), halfYear);

function anchored(
  name: string,
  anchorsOf: (bars: Bars, input: FeatureInput) => Int32Array,
  lookback = 15,
): Feature {
  return levelFeature(name, lookback, (bars, input) =>
    closeAbove(bars, anchoredVwap(bars, anchorsOf(bars, input))),
  );
}
