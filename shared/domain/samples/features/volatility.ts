import { bollinger, standardDeviation } from '../indicators/bollinger.ts';
import { atr } from '../indicators/true-range.ts';
import type { Feature } from './feature.ts';
import { return1 } from './returns.ts';

/** Where the close stands in Bollinger's band (20, 2): 0 its lower edge, 1 its upper (%b). */
export const bollinger20: Feature = {
  name: 'bollinger20',
  family: 'volatility',
  version: 1,
  lookback: 20,
  needsContext: false,
  compute: ({ bars: { close } }) => {
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
  family: 'volatility',
  version: 1,
  lookback: 15,
  needsContext: false,
  compute: ({ bars }) => atr(bars, 14).map((value, i) => value / bars.close[i]),
};

/** Standard deviation of log returns of the last 10 bars over that of the last 50: is it calming? */
export const volatilityRatio: Feature = {
  name: 'volatilityRatio',
  family: 'volatility',
  version: 1,
  lookback: 51,
  needsContext: false,
  compute: (input) => {
    const returns = return1.compute(input);
    const usual = standardDeviation(returns, 50);
    return standardDeviation(returns, 10).map((recent, i) => recent / usual[i]);
  },
};
