import { swingHighs, swingLows } from '../../indicators/swings.ts';
import { anchoredVwap, quarterStarts } from '../../indicators/vwap.ts';
import type { Bars } from '../../../market/bars.ts';
import type { Feature } from '../feature.ts';
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

function anchored(name: string, anchorsOf: (bars: Bars) => Int32Array): Feature {
  return levelFeature(name, 15, (bars) => closeAbove(bars, anchoredVwap(bars, anchorsOf(bars))));
}
