/**
 * On-balance volume: shares traded, added where the close rose and taken off where it fell.
 *
 * @param close - n closes
 * @param volume - n numbers of shares
 * @returns n values that begin at the first bar's volume; only differences mean something
 * @see TA-Lib 0.8.1, OBV
 */
export function onBalanceVolume(close: Float64Array, volume: Float64Array): Float64Array {
  const balance = new Float64Array(close.length);
  for (let i = 0; i < close.length; i++) {
    const sign = i === 0 ? 1 : Math.sign(close[i] - close[i - 1]);
    balance[i] = (i === 0 ? 0 : balance[i - 1]) + sign * volume[i];
  }
  return balance;
}
