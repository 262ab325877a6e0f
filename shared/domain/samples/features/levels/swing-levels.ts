import {
  halfHoursOf,
  swingHighs,
  swingLows,
  weeksOf,
  type LongerBars,
} from '../../indicators/swings.ts';
import type { Feature } from '../feature.ts';
import { closeAbove, levelFeature, pricesAt } from './level-feature.ts';

/** Bars, weeks or half hours, to either side of a swing. */
const reach = 2;

/**
 * How far the close stands above the last swing high of 5 bars, in average true ranges of 14. It
 * counts from the bar that confirms it, 2 bars later.
 */
export const swingHighAtr = barSwing('swingHighAtr', 'high');
/** The same above the last confirmed swing low. */
export const swingLowAtr = barSwing('swingLowAtr', 'low');
/** The same above the last swing high of 5 whole weeks, from the first bar after the fifth on. */
export const weekHighAtr = weekSwing('weekHighAtr', 'high');
/** The same above the last confirmed swing low of 5 whole weeks. */
export const weekLowAtr = weekSwing('weekLowAtr', 'low');
/** The same above the last swing high of 5 whole half hours; NaN of daily bars. */
export const halfHourHighAtr = halfHourSwing('halfHourHighAtr', 'high');
/** The same above the last confirmed swing low of 5 whole half hours. */
export const halfHourLowAtr = halfHourSwing('halfHourLowAtr', 'low');

type Side = 'high' | 'low';

function swingPrices(prices: Float64Array, side: Side): Float64Array {
  const places = side === 'high' ? swingHighs(prices, reach) : swingLows(prices, reach);
  return pricesAt(prices, places);
}

function barSwing(name: string, side: Side): Feature {
  return levelFeature(name, 15, (bars) => closeAbove(bars, swingPrices(bars[side], side)));
}

function weekSwing(name: string, side: Side): Feature {
  return levelFeature(name, 15, (bars) => closeAbove(bars, longerPrices(weeksOf(bars), side)));
}

function halfHourSwing(name: string, side: Side): Feature {
  return levelFeature(name, 15, (bars) =>
    bars.interval === '1d'
      ? new Float64Array(bars.ts.length).fill(NaN)
      : closeAbove(bars, longerPrices(halfHoursOf(bars), side)),
  );
}

/** Of whole longer bars the swing that each bar knows of, in rupees. */
function longerPrices(longer: LongerBars, side: Side): Float64Array {
  const prices = swingPrices(longer[side], side);
  return Float64Array.from(longer.completed, (count) => (count === 0 ? NaN : prices[count - 1]));
}
