import { describe, expect, test } from 'vitest';
import { bars } from '../../../market/bars/bars.fixture.ts';
import { featureContract } from '../../features.fixture.ts';
import {
  yearHighAge,
  yearHighAtr,
  yearHighGap,
  yearLowAge,
  yearLowAtr,
  yearLowGap,
} from './year-range.ts';

for (const feature of [yearHighGap, yearHighAge, yearLowGap, yearLowAge])
  featureContract(feature, { of: 'prices', flat: 0 });
for (const feature of [yearHighAtr, yearLowAtr])
  featureContract(feature, { of: 'prices', flat: NaN });

/** 300 bars at 100 of range 2, a high of 200 and a low of 50 at their 20th; the last closes at 110. */
const year = bars({
  close: Array.from({ length: 300 }, (_, i) => (i === 299 ? 110 : 100)),
  open: Array.from({ length: 300 }, () => 100),
  high: Array.from({ length: 300 }, (_, i) => (i === 19 ? 200 : 111)),
  low: Array.from({ length: 300 }, (_, i) => (i === 19 ? 50 : 99)),
});

describe('the range of a year', () => {
  test('is the highest high and the lowest low of 252 bars, the bar’s own included', () => {
    expect(yearHighGap.compute({ bars: year })[270]).toBe(100 / 200 - 1);
    expect(yearLowGap.compute({ bars: year })[270]).toBe(100 / 50 - 1);
    expect(yearHighGap.compute({ bars: year })[271]).toBe(100 / 111 - 1);
    expect(yearLowGap.compute({ bars: year })[271]).toBe(100 / 99 - 1);
  });

  test('ages with each bar since its extreme', () => {
    expect(yearHighAge.compute({ bars: year })[270]).toBe(251 / 252);
    expect(yearLowAge.compute({ bars: year })[271]).toBe(0);
  });

  test('is measured in average true ranges too', () => {
    // True ranges of 12 each from bar 21 on.
    expect(yearHighAtr.compute({ bars: year })[299]).toBeCloseTo((110 - 111) / 12, 6);
    expect(yearLowAtr.compute({ bars: year })[299]).toBeCloseTo((110 - 99) / 12, 6);
  });
});
