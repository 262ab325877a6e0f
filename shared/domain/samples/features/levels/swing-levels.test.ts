import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../../contracts/time.ts';
import { atFiveMinutes, featureContract } from '../../features.fixture.ts';
import { atr } from '../../indicators/true-range.ts';
import { barsAt100 } from './levels.fixture.ts';
import {
  halfHourHighAtr,
  halfHourLowAtr,
  swingHighAtr,
  swingLowAtr,
  weekHighAtr,
  weekLowAtr,
} from './swing-levels.ts';

/** One bar a week. */
const mondays = Array.from({ length: 20 }, (_, i) => addDays('2024-01-01' as TradingDay, 7 * i));

const swings = barsAt100(20, { 8: { high: 110, low: 90 } });
const weeklySwings = barsAt100(20, { 8: { high: 110, low: 90 } }, mondays);
for (const feature of [swingHighAtr, swingLowAtr])
  featureContract(feature, { of: 'prices', flat: NaN, earliest: swings });
for (const feature of [weekHighAtr, weekLowAtr])
  featureContract(feature, { of: 'prices', flat: NaN, earliest: weeklySwings });
/** One bar a half hour. */
const halfHours = {
  ...swings,
  interval: '5m' as const,
  ts: swings.ts.map((_, i) => i * 1_800_000),
};
for (const feature of [halfHourHighAtr, halfHourLowAtr])
  featureContract(feature, { of: 'prices', flat: NaN, earliest: halfHours, tried: atFiveMinutes });

describe('swings of bars', () => {
  test('are known 2 bars after them', () => {
    const bars = barsAt100(30, { 20: { high: 120 }, 22: { low: 70 } });
    const ranges = atr(bars, 14);

    const above = swingHighAtr.compute({ bars });
    const below = swingLowAtr.compute({ bars });

    expect([above[21], below[23]]).toEqual([NaN, NaN]);
    expect(above[22]).toBeCloseTo(-20 / ranges[22], 12);
    expect(below[24]).toBeCloseTo(30 / ranges[24], 12);
  });
});

describe('swings of weeks', () => {
  test('are known from the first bar after the second whole week that follows them', () => {
    // Weekdays from Monday 2024-01-01 on: bar 22 is Wednesday of week 4, week 7 begins at bar 35.
    const bars = barsAt100(40, { 22: { high: 120, low: 70 } });
    const ranges = atr(bars, 14);

    const above = weekHighAtr.compute({ bars });
    const below = weekLowAtr.compute({ bars });

    expect([above[34], below[34]]).toEqual([NaN, NaN]);
    expect(above[35]).toBeCloseTo(-20 / ranges[35], 12);
    expect(below[35]).toBeCloseTo(30 / ranges[35], 12);
  });
});

describe('swings of half hours', () => {
  // The fourth half hour, from 10:45 on, is that of bars 18 to 23; the seventh begins at bar 36.
  const bars = atFiveMinutes(barsAt100(80, { 22: { high: 120, low: 70 } }));

  test('are known from the first bar after the second whole half hour that follows them', () => {
    const ranges = atr(bars, 14);

    const above = halfHourHighAtr.compute({ bars });
    const below = halfHourLowAtr.compute({ bars });

    expect([above[35], below[35]]).toEqual([NaN, NaN]);
    expect(above[36]).toBeCloseTo(-20 / ranges[36], 12);
    expect(below[36]).toBeCloseTo(30 / ranges[36], 12);
  });

  test('are missing of daily bars, which are longer', () => {
    const daily = barsAt100(80, { 22: { high: 120, low: 70 } });

    expect(halfHourHighAtr.compute({ bars: daily }).every(Number.isNaN)).toBe(true);
  });
});
