import { bollinger } from '../indicators/bollinger.ts';
import { atr } from '../indicators/true-range.ts';
import type { Feature } from './feature.ts';

/** Where the close stands in Bollinger's band (20, 2): 0 its lower edge, 1 its upper (%b). */
export const bollinger20: Feature = {
  name: 'bollinger20',
  version: 1,
  lookback: 20,
  compute: ({ close }) => {
    const { upper, lower } = bollinger(close, 20, 2);
    return close.map((price, i) => {
      const width = upper[i] - lower[i];
      return width > 0 ? (price - lower[i]) / width : NaN;
    });
  },
};

/** Average true range of 14 bars as a fraction of the close. */
export const natr14: Feature = {
  name: 'natr14',
  version: 1,
  lookback: 15,
  compute: (bars) => atr(bars, 14).map((value, i) => value / bars.close[i]),
};
