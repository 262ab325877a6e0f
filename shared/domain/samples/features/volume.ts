import { standardDeviation } from '../indicators/bollinger.ts';
import { sma } from '../indicators/moving-average.ts';
import type { Feature } from './feature.ts';

/** Standard score of log(1 + shares traded) among the last 20 bars. */
export const volumeZ20: Feature = {
  name: 'volumeZ20',
  version: 1,
  lookback: 20,
  compute: ({ volume }) => {
    const logs = volume.map(Math.log1p);
    const mean = sma(logs, 20);
    const deviation = standardDeviation(logs, 20);
    return logs.map((log, i) => (deviation[i] > 0 ? (log - mean[i]) / deviation[i] : NaN));
  },
};
