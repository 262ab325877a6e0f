import { rsi } from '../indicators/rsi.ts';
import type { Feature } from './feature.ts';

/** Share of gains in the moves of the last bars, RSI of 14 differences, in [0, 1]. */
export const rsi14: Feature = {
  name: 'rsi14',
  version: 1,
  lookback: 15,
  compute: ({ close }) => rsi(close, 14).map((value) => value / 100),
};
