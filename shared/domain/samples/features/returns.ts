import type { Feature } from './feature.ts';

/** Log return over the last bar. */
export const return1 = logReturn(1);
/** Log return over the last 5 bars. */
export const return5 = logReturn(5);
/** Log return over the last 20 bars. */
export const return20 = logReturn(20);

function logReturn(span: number): Feature {
  return {
    name: `return${span}`,
    family: 'returns',
    version: 1,
    lookback: span + 1,
    needsContext: false,
    compute: ({ bars: { close } }) =>
      close.map((price, i) => (i < span ? NaN : Math.log(price / close[i - span]))),
  };
}
