import { adx, directionalIndicators } from '../indicators/adx.ts';
import { macd } from '../indicators/macd.ts';
import { sma } from '../indicators/moving-average.ts';
import type { Feature } from './feature.ts';

/** How far the close stands above its average of 50 bars, as a fraction of the average. */
export const smaGap50: Feature = {
  name: 'smaGap50',
  family: 'trend',
  version: 1,
  lookback: 50,
  needsContext: false,
  compute: ({ bars: { close } }) => sma(close, 50).map((average, i) => close[i] / average - 1),
};

/** MACD histogram (12, 26, 9) as a fraction of the close: unlike the ATR, it is never 0. */
export const macdHistogram: Feature = {
  name: 'macd',
  family: 'trend',
  version: 1,
  lookback: 34,
  needsContext: false,
  compute: ({ bars: { close } }) =>
    macd(close, 12, 26, 9).histogram.map((value, i) => value / close[i]),
};

/** Strength of the trend either way, ADX of 14 bars, in [0, 1]. */
export const adx14: Feature = {
  name: 'adx14',
  family: 'trend',
  version: 1,
  lookback: 28,
  needsContext: false,
  compute: ({ bars }) => adx(bars, 14).map((value) => value / 100),
};

/** Which way the trend goes: +DI less −DI of 14 bars, in [−1, 1]. */
export const direction14: Feature = {
  name: 'direction14',
  family: 'trend',
  version: 1,
  lookback: 15,
  needsContext: false,
  compute: ({ bars }) => {
    const { plus, minus } = directionalIndicators(bars, 14);
    return plus.map((up, i) => (up - minus[i]) / 100);
  },
};
