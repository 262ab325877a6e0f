import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../../contracts/time.ts';
import { featureContract } from '../../features.fixture.ts';
import { atr } from '../../indicators/true-range.ts';
import { vwapSinceHigh, vwapSinceLow, vwapSinceQuarter } from './anchored-vwap.ts';
import { barsAt100 } from './levels.fixture.ts';

/** A quarter begins at bar 10. */
const spring = Array.from({ length: 20 }, (_, i) => addDays('2024-03-22' as TradingDay, i));

const high = barsAt100(20, { 9: { high: 110 } });
featureContract(vwapSinceHigh, { of: 'volume', flat: NaN, earliest: high });
const low = barsAt100(20, { 9: { low: 90 } });
featureContract(vwapSinceLow, { of: 'volume', flat: NaN, earliest: low });
const quarter = barsAt100(20, {}, spring);
featureContract(vwapSinceQuarter, { of: 'volume', flat: NaN, earliest: quarter });

describe('vwapSinceHigh', () => {
  test('counts from the bar that confirms the high, 5 bars after it', () => {
    const bars = barsAt100(20, { 12: { high: 131 } });

    const values = vwapSinceHigh.compute({ bars });

    // Of bars 12 to 17, typical prices are 110 and five of 100, volumes equal.
    const paid = (110 + 5 * 100) / 6;
    expect(values[16]).toBeNaN();
    expect(values[17]).toBeCloseTo((100 - paid) / atr(bars, 14)[17], 12);
  });

  test('moves to a later high once that is confirmed', () => {
    const bars = barsAt100(40, { 12: { high: 131 }, 20: { high: 107 } });

    const values = vwapSinceHigh.compute({ bars });

    const ranges = atr(bars, 14);
    expect(values[24]).toBeCloseTo((100 - (110 + 102 + 11 * 100) / 13) / ranges[24], 12);
    expect(values[25]).toBeCloseTo((100 - (102 + 5 * 100) / 6) / ranges[25], 12);
  });
});

describe('vwapSinceQuarter', () => {
  test('counts from the first bar of the quarter, if that is known', () => {
    const bars = barsAt100(20, { 9: { high: 400 }, 10: { high: 131 } }, spring);

    const values = vwapSinceQuarter.compute({ bars });

    expect(values[14]).toBeCloseTo((100 - (110 + 4 * 100) / 5) / atr(bars, 14)[14], 12);
    // Its first bar need not be the first of the quarter it lies in.
    expect(vwapSinceQuarter.compute({ bars: barsAt100(20) }).every(Number.isNaN)).toBe(true);
  });
});
