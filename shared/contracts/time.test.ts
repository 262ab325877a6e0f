import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, daysBetween, isTradingDay, type TradingDay } from './time.ts';

const day = (text: string): TradingDay => text as TradingDay;
const days = fc
  .integer({ min: 0, max: 40_000 })
  .map((count) => day(new Date(count * 86_400_000).toISOString().slice(0, 10)));

describe('isTradingDay', () => {
  test.each([
    ['2024-02-29', true],
    ['2023-02-29', false],
    ['2024-02-30', false],
    ['2024-13-01', false],
    ['2024-00-10', false],
    ['2024-1-1', false],
    ['24-01-01', false],
    ['2024-01-01T00:00', false],
    ['2024-01-01 ', false],
    ['', false],
  ])('of %j is %j', (text, expected) => {
    expect(isTradingDay(text)).toBe(expected);
  });

  test('holds for every day that exists', () => {
    fc.assert(
      fc.property(days, (one) => isTradingDay(one)),
      { seed: 1 },
    );
  });
});

describe('addDays', () => {
  test.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2024-03-01', -1, '2024-02-29'],
    ['2023-12-31', 1, '2024-01-01'],
    ['2022-01-01', 180, '2022-06-30'],
    ['2024-01-01', 0, '2024-01-01'],
  ])('of %s by %i is %s', (from, count, expected) => {
    expect(addDays(day(from), count)).toBe(expected);
  });

  test('is undone by going back, keeps the order, and is what daysBetween counts', () => {
    fc.assert(
      fc.property(days, fc.integer({ min: -4_000, max: 4_000 }), (from, count) => {
        const to = addDays(from, count);

        expect(addDays(to, -count)).toBe(from);
        expect(daysBetween(from, to)).toBe(count);
        expect(to > from).toBe(count > 0);
      }),
      { seed: 2 },
    );
  });
});
