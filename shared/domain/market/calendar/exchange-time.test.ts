import fc from 'fast-check';
import { formatInTimeZone, fromZonedTime } from 'date-fns-tz';
import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { clockOf, dayNumberOf, dayOf, dayStart, exchangeIso } from './exchange-time.ts';

const zone = 'Asia/Kolkata';
const times = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2050, 0) });

describe('exchange time', () => {
  test('agrees with date-fns-tz at any millisecond from 1990 to 2050', () => {
    fc.assert(
      fc.property(times, (ts) => {
        expect(exchangeIso(ts)).toBe(formatInTimeZone(ts, zone, "yyyy-MM-dd'T'HH:mm:ss.SSS"));
        const day = dayOf(ts);
        expect(day).toBe(formatInTimeZone(ts, zone, 'yyyy-MM-dd'));
        expect(dayNumberOf(ts)).toBe(Date.parse(`${day}T00:00:00Z`) / 86_400_000);
        expect(dayStart(day)).toBe(fromZonedTime(`${day}T00:00:00`, zone).getTime());
      }),
      { numRuns: 1000 },
    );
  });

  test('changes the day at midnight of the exchange, 18:30 UTC', () => {
    const midnight = Date.parse('2024-03-01T18:30:00Z');

    expect(dayStart('2024-03-02' as TradingDay)).toBe(midnight);
    expect(dayOf(midnight - 1)).toBe('2024-03-01');
    expect(dayOf(midnight)).toBe('2024-03-02');
    expect(clockOf(midnight - 1)).toBe('23:59');
  });
});
