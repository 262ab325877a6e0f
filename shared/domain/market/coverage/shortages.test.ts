import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type EpochMs, type TradingDay } from '../../../contracts/time.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import type { EmptyAnswer } from './presence.ts';
import { isBeforeFirstBar, isDue, shortages, type KnownPresence } from './shortages.ts';

const day = (text: string): TradingDay => text as TradingDay;
const january = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-03': 'muhurat',
  '2024-01-05': 'regular',
});

/** Asked for the days `[from, to)` at noon of `on`. */
function asked(from: string, to: string, on: string, reason = 'vendor-gap'): EmptyAnswer {
  const askedAt = (dayStart(day(on)) + 12 * 3_600_000) as EpochMs;
  return { from: day(from), to: day(to), reason: reason as EmptyAnswer['reason'], askedAt };
}

function minutes(from: string, bars: readonly number[]): KnownPresence {
  return { interval: '1m', days: { from: day(from), bars }, answers: [] };
}

const week = {
  from: day('2024-01-01'),
  to: day('2024-01-06'),
  instrumentClass: 'derivatives',
} as const;

describe('shortages', () => {
  test('names each session that lacks bars, down to a single one', () => {
    const known = minutes('2024-01-02', [374, 60]);

    expect(shortages(known, january, week)).toEqual([
      { day: '2024-01-01', expected: 375, present: 0 },
      { day: '2024-01-02', expected: 375, present: 374 },
      { day: '2024-01-05', expected: 375, present: 0 },
    ]);
  });

  test('expects all of a series that does not exist, and nothing of holidays', () => {
    const known: KnownPresence = { ...minutes('1970-01-01', []), interval: '1d' };

    expect(shortages(known, january, week)).toEqual(
      ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-05'].map((one) => ({
        day: one,
        expected: 1,
        present: 0,
      })),
    );
  });

  test('lacks nothing where a source has more bars than were expected', () => {
    const known = minutes('2024-01-01', [376, 375, 60, 0, 375]);

    expect(shortages(known, january, week)).toEqual([]);
  });

  test('expects by the hours of the instrument', () => {
    const august = calendar({ '2026-08-03': 'regular-with-cas' });
    const span = { from: day('2026-08-03'), to: day('2026-08-04') };
    const known = minutes('2026-08-03', [360]);

    expect(shortages(known, august, { ...span, instrumentClass: 'derivatives' })).toEqual([]);
    expect(shortages(known, august, { ...span, instrumentClass: 'cash' })).toEqual([
      { day: '2026-08-03', expected: 375, present: 360 },
    ]);
  });

  test('refuses a span outside the calendar', () => {
    const span = { ...week, from: day('2023-12-31') };

    expect(() => shortages(minutes('2024-01-01', []), january, span)).toThrow(
      expect.objectContaining({ name: 'InputError' }),
    );
  });
});

describe('isDue', () => {
  const gap = (...on: string[]): EmptyAnswer[] =>
    on.map((one) => asked('2023-12-01', '2023-12-02', one));

  test.each([
    ['where it was never asked', [], '2024-01-01', true],
    ['not on the day it was asked', ['2024-01-01'], '2024-01-01', false],
    ['on the next day', ['2024-01-01'], '2024-01-02', true],
    ['not a day after the second time', ['2024-01-01', '2024-01-02'], '2024-01-03', false],
    ['two days after the second time', ['2024-01-01', '2024-01-02'], '2024-01-04', true],
    ['not 3 days after the third', ['2024-01-01', '2024-01-02', '2024-01-04'], '2024-01-07', false],
    ['4 days after the third', ['2024-01-01', '2024-01-02', '2024-01-04'], '2024-01-08', true],
    ['where its answers lie in no order', ['2024-01-02', '2024-01-01'], '2024-01-04', true],
    ['once a day, however often that was', ['2024-01-01', '2024-01-01'], '2024-01-02', true],
    ['64 days after it has been open for years', ['2020-01-01', '2024-01-01'], '2024-03-05', true],
    ['not 63 days after', ['2020-01-01', '2024-01-01'], '2024-03-04', false],
  ])('is %s', (_, on, today, expected) => {
    expect(isDue(day('2023-12-01'), gap(...on), day(today))).toBe(expected);
  });

  test('goes by the answers that hold the day', () => {
    const others = [asked('2023-11-30', '2023-12-01', '2024-01-01')];

    expect(isDue(day('2023-12-01'), others, day('2024-01-01'))).toBe(true);
    expect(isDue(day('2023-11-30'), others, day('2024-01-01'))).toBe(false);
  });

  test('says the same of the first and the last asking as of all', () => {
    const days = fc.uniqueArray(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(days, fc.integer({ min: 0, max: 600 }), (offsets, today) => {
        const sorted = offsets.toSorted((a, b) => a - b);
        const at = (offset: number): TradingDay => addDays(day('2022-01-01'), offset);
        const all = gap(...sorted.map(at));

        // A compaction keeps no others.
        const kept = [all[0], all[all.length - 1]];

        expect(isDue(day('2023-12-01'), kept, at(today))).toBe(
          isDue(day('2023-12-01'), all, at(today)),
        );
      }),
    );
  });

  test('rests 1, 2, 4, 8, … days where it is asked whenever it is due', () => {
    const on: TradingDay[] = [];
    for (let today = day('2024-01-01'); today < '2024-12-31'; today = addDays(today, 1))
      if (isDue(day('2023-12-01'), gap(...on), today)) on.push(today);

    const rests = on.slice(1).map((one, i) => (Date.parse(one) - Date.parse(on[i])) / 86_400_000);
    expect(rests).toEqual([1, 2, 4, 8, 16, 32, 64, 64, 64, 64]);
  });
});

describe('isBeforeFirstBar', () => {
  const listed = { from: day('2024-01-03'), bars: [1, 0, 1] };
  const before = [asked('2024-01-01', '2024-01-03', '2024-02-01')];

  test.each([
    ['a day that daily bars were asked for in vain', '2024-01-02', listed, before, true],
    ['the first bar’s day', '2024-01-03', listed, before, false],
    [
      'a gap after it',
      '2024-01-04',
      listed,
      [asked('2024-01-04', '2024-01-05', '2024-02-01')],
      false,
    ],
    ['a day nobody asked for', '2023-12-29', listed, before, false],
    [
      'any day asked for, where there is no bar at all',
      '2024-01-02',
      { from: day('1970-01-01'), bars: [] },
      [asked('2024-01-01', '2024-01-06', '2024-02-01', 'wrong-code')],
      true,
    ],
    [
      'a day whose bar was set aside',
      '2024-01-02',
      listed,
      [asked('2024-01-02', '2024-01-03', '2024-02-01', 'quarantined')],
      false,
    ],
  ])('of %s', (_, one, days, answers, expected) => {
    expect(isBeforeFirstBar(day(one), { days, answers })).toBe(expected);
  });
});
