import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../../contracts/time.ts';
import { featureContract, withGapDays } from '../../features.fixture.ts';
import type { Bars } from '../../../market/bars/bars.ts';
import { atr } from '../../indicators/true-range.ts';
import {
  vwapSinceGap,
  vwapSinceHigh,
  vwapSinceListing,
  vwapSinceLow,
  vwapSinceQuarter,
  vwapSinceYearHigh,
  vwapSinceYearLow,
} from './anchored-vwap.ts';
import { barsAt100 } from './levels.fixture.ts';

/** A quarter begins at bar 10. */
const spring = Array.from({ length: 20 }, (_, i) => addDays('2024-03-22' as TradingDay, i));

const high = barsAt100(20, { 9: { high: 110 } });
featureContract(vwapSinceHigh, { of: 'volume', flat: NaN, earliest: high });
const low = barsAt100(20, { 9: { low: 90 } });
featureContract(vwapSinceLow, { of: 'volume', flat: NaN, earliest: low });
const quarter = barsAt100(20, {}, spring);
featureContract(vwapSinceQuarter, { of: 'volume', flat: NaN, earliest: quarter });
featureContract(vwapSinceListing, { of: 'volume', flat: NaN, earliest: barsAt100(20) });
const gap = withOpen(barsAt100(20, { 15: { high: 111 } }), 15, 105);
featureContract(vwapSinceGap, { of: 'volume', flat: NaN, earliest: gap, tried: withGapDays });
const high100 = barsAt100(130, { 100: { high: 110, low: 90 } });
for (const feature of [vwapSinceYearHigh, vwapSinceYearLow])
  featureContract(feature, { of: 'volume', flat: NaN, earliest: high100 });

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

describe('vwapSinceListing', () => {
  const bars = barsAt100(300, { 0: { high: 131 } });

  test('counts from the first day of trading', () => {
    const values = vwapSinceListing.compute({ bars, listedTs: bars.ts[0] });

    expect(values[14]).toBeCloseTo((100 - (110 + 14 * 100) / 15) / atr(bars, 14)[14], 12);
  });

  test('ends with the first year, so that where bars begin later changes nothing', () => {
    const values = vwapSinceListing.compute({ bars, listedTs: bars.ts[0] });

    expect(values.findLastIndex(Number.isFinite)).toBe(251);
  });

  test('is missing where the listing is unknown, or its bars are', () => {
    const before = bars.ts[0] - 30 * 86_400_000;

    expect(vwapSinceListing.compute({ bars }).every(Number.isNaN)).toBe(true);
    expect(vwapSinceListing.compute({ bars, listedTs: before }).every(Number.isNaN)).toBe(true);
  });
});

describe('vwapSinceGap', () => {
  test('counts from the bar that opened more than two ranges away, its own included', () => {
    const bars = withOpen(barsAt100(30, { 20: { high: 131 } }), 20, 104.1);

    const values = vwapSinceGap.compute({ bars });

    const ranges = atr(bars, 14);
    expect(values[19]).toBeNaN();
    expect(values[20]).toBeCloseTo((100 - 110) / ranges[20], 12);
    expect(values[21]).toBeCloseTo((100 - 105) / ranges[21], 12);
  });

  test('does not count from one of fewer', () => {
    const bars = withOpen(barsAt100(30, { 20: { high: 131 } }), 20, 103.9);

    expect(vwapSinceGap.compute({ bars }).every(Number.isNaN)).toBe(true);
  });
});

describe('vwapSinceYearHigh', () => {
  test('counts from the fifth bar after the high, and not from a higher one before that', () => {
    const bars = barsAt100(200, { 130: { high: 131 }, 150: { high: 161 } });
    const ranges = atr(bars, 14);
    const since = (from: number, price: number, to: number): number =>
      (100 - (price + (to - from) * 100) / (to - from + 1)) / ranges[to];

    const values = vwapSinceYearHigh.compute({ bars });

    expect(values[135]).toBeCloseTo(since(130, 110, 135), 12);
    const both = (110 + 120 + 23 * 100) / 25;
    expect(values[154]).toBeCloseTo((100 - both) / ranges[154], 12);
    expect(values[155]).toBeCloseTo(since(150, 120, 155), 12);
  });
});

function withOpen(bars: Bars, at: number, open: number): Bars {
  return { ...bars, open: bars.open.with(at, open) };
}
