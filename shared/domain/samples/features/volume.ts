import { standardDeviation } from '../indicators/bollinger.ts';
import { sma } from '../indicators/moving-average.ts';
import { onBalanceVolume } from '../indicators/obv.ts';
import { anchoredVwap, sessionStarts } from '../indicators/vwap.ts';
import type { Feature } from './feature.ts';

/** Standard score of log(1 + shares traded) among the last 20 bars. */
export const volumeZ20: Feature = {
  name: 'volumeZ20',
  family: 'volume',
  version: 1,
  lookback: 20,
  needsContext: false,
  compute: ({ bars: { volume } }) => {
    const logs = volume.map(Math.log1p);
    const mean = sma(logs, 20);
    const deviation = standardDeviation(logs, 20);
    return logs.map((log, i) => (deviation[i] > 0 ? (log - mean[i]) / deviation[i] : NaN));
  },
};

/** Balance of the volume of rises over that of falls in the last 20 bars, in [−1, 1]. */
export const volumeBalance20: Feature = {
  name: 'volumeBalance20',
  family: 'volume',
  version: 1,
  lookback: 21,
  needsContext: false,
  compute: ({ bars: { close, volume } }) => {
    const balance = onBalanceVolume(close, volume);
    const usual = sma(volume, 20);
    return balance.map((value, i) => (i < 20 ? NaN : (value - balance[i - 20]) / (20 * usual[i])));
  },
};

/**
 * How far the close stands above its session's volume-weighted price, as a fraction of that. Of a
 * daily bar all that is known of its session is its typical price.
 */
export const vwapGap: Feature = {
  name: 'vwapGap',
  family: 'volume',
  version: 1,
  lookback: 1,
  needsContext: false,
  compute: ({ bars }) =>
    anchoredVwap(bars, sessionStarts(bars.ts)).map((price, i) => bars.close[i] / price - 1),
};
