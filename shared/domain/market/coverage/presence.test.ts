import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type EpochMs, type TradingDay } from '../../../contracts/time.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import {
  combinedPresence,
  dayCounts,
  summedDays,
  unknownPresence,
  type DayCounts,
} from './presence.ts';

const day = (text: string): TradingDay => text as TradingDay;
const minute = (offset: number): number => dayStart(day('2023-12-30')) + offset * 60_000;
const times = fc
  .uniqueArray(fc.integer({ min: 0, max: 60 * 24 * 20 }), { minLength: 1 })
  .map((minutes) => Float64Array.from(minutes.map(minute)).sort());

/** What a count says of each day that has bars. */
const byDay = ({ from, bars }: DayCounts): Record<string, number> =>
  Object.fromEntries(
    bars.flatMap((count, i) => (count === 0 ? [] : [[addDays(from, i), count] as const])),
  );

describe('dayCounts', () => {
  test('counts by the day at the exchange', () => {
    const midnight = dayStart(day('2024-01-02'));

    expect(dayCounts(Float64Array.of(midnight - 1, midnight, midnight + 86_400_000 * 2))).toEqual({
      from: '2024-01-01',
      bars: [1, 1, 0, 1],
    });
  });
});

describe('summedDays', () => {
  test('counts two sets of bars as counting them together does', () => {
    fc.assert(
      fc.property(times, times, (one, other) => {
        const both = Float64Array.of(...one, ...other).sort();

        expect(summedDays(dayCounts(one), dayCounts(other))).toEqual(dayCounts(both));
      }),
    );
  });

  test('leaves a count as it is where there is nothing else', () => {
    const some = dayCounts(Float64Array.of(minute(0)));
    const none = unknownPresence('1d').days;

    expect(summedDays(some, none)).toEqual(some);
    expect(summedDays(none, some)).toEqual(some);
  });
});

describe('combinedPresence', () => {
  test('has of each day the bars of the series that has most, and all that was answered', () => {
    const answer = (askedAt: number) => ({
      from: day('2024-01-01'),
      to: day('2024-01-02'),
      reason: 'vendor-gap' as const,
      askedAt: askedAt as EpochMs,
    });
    const one = {
      interval: '5m' as const,
      days: { from: day('2024-01-01'), bars: [75, 70] },
      quarantined: [{ day: day('2024-01-02'), bars: 5 }],
      answers: [answer(1)],
      revisions: 2,
    };
    const other = {
      ...one,
      days: { from: day('2024-01-02'), bars: [74, 75] },
      quarantined: [{ day: day('2024-01-02'), bars: 1 }],
      answers: [answer(2)],
    };

    const combined = combinedPresence([one, other]);

    expect(byDay(combined.days)).toEqual({ '2024-01-01': 75, '2024-01-02': 74, '2024-01-03': 75 });
    expect(combined).toMatchObject({
      quarantined: [{ day: '2024-01-02', bars: 5 }],
      answers: [answer(1), answer(2)],
      revisions: 4,
    });
  });
});
