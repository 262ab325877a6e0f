import { rsi } from '../indicators/rsi.ts';
import { stochastic } from '../indicators/stochastic.ts';
import type { Feature } from './feature.ts';

/** Share of gains in the moves of the last bars, RSI of 14 differences, in [0, 1]. */
export const rsi14: Feature = {
  name: 'rsi14',
  family: 'oscillators',
  version: 1,
  lookback: 15,
  needsContext: false,
  compute: ({ bars: { close } }) => rsi(close, 14).map((value) => value / 100),
};

/** Where the close stands between the low and the high of 14 bars, fast %K, in [0, 1]. */
export const stochastic14: Feature = {
  name: 'stochastic14',
  family: 'oscillators',
  version: 1,
  lookback: 14,
  needsContext: false,
  compute: ({ bars }) => stochastic(bars, 14).map((value) => value / 100),
};
