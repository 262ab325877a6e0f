import type { Bars } from '../market/bars/bars.ts';
import { sma } from '../samples/indicators/moving-average.ts';

/** Scores that no model is needed for. */
export const baselineNames = ['reversal-5', 'momentum-60', 'sma-20-50'] as const;
export type BaselineName = (typeof baselineNames)[number];

/**
 * What a simple rule makes of each bar at its close, from that bar and earlier ones: a model has to
 * beat it. Lookbacks count bars of the interval.
 *
 * - `reversal-5`: what fell over 5 bars comes back: 1 − close[t] / close[t − 5]
 * - `momentum-60`: what rose over 60 bars goes on: close[t] / close[t − 60] − 1
 * - `sma-20-50`: the predecessor's crossover, by how far the averages lie apart: SMA20 / SMA50 − 1
 *
 * @param bars - n bars, adjusted
 * @returns n scores each, higher is better; NaN while a lookback is not filled
 * @see quant.md 2.9
 */
export function baselineScores({ close }: Bars): Readonly<Record<BaselineName, Float64Array>> {
  const gain = (lookback: number): Float64Array =>
    close.map((value, t) => (t < lookback ? NaN : value / close[t - lookback] - 1));
  const slow = sma(close, 50);
  return {
    'reversal-5': gain(5).map((value) => -value),
    'momentum-60': gain(60),
    'sma-20-50': sma(close, 20).map((fast, t) => fast / slow[t] - 1),
  };
}
