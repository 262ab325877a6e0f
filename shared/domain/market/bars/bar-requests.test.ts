import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { barRequests, halves } from './bar-requests.ts';
import type { Shortage } from '../coverage/shortages.ts';

const day = (text: string): TradingDay => text as TradingDay;
/** Monday to Friday, and the Monday after. */
const sessions = [1, 2, 3, 4, 5, 8].map((one) => day(`2024-01-0${one}`));

function short(...days: readonly number[]): Shortage[] {
  return days.map((one) => ({ day: day(`2024-01-0${one}`), expected: 75, present: 0 }));
}

describe('barRequests', () => {
  test('asks for neighbouring sessions at once, over a weekend too', () => {
    expect(barRequests(short(4, 5, 8), sessions, 1_000)).toEqual([
      { from: '2024-01-04', to: '2024-01-09' },
    ]);
  });

  test('does not ask for what is there between two gaps', () => {
    expect(barRequests(short(1, 3), sessions, 1_000)).toEqual([
      { from: '2024-01-01', to: '2024-01-02' },
      { from: '2024-01-03', to: '2024-01-04' },
    ]);
  });

  test('stays below the cap: as many rows may be cut off', () => {
    expect(barRequests(short(1, 2, 3, 4), sessions, 150)).toHaveLength(4);
    expect(barRequests(short(1, 2, 3, 4), sessions, 151)).toHaveLength(2);
  });

  test('asks for 13 sessions of 5 minutes or 2 of 1 minute where 1,000 rows are the cap', () => {
    const all = Array.from({ length: 946 }, (_, i) => addDays(day('2020-01-01'), i));
    const asked = (expected: number): number =>
      barRequests(
        all.map((one) => ({ day: one, expected, present: 0 })),
        all,
        1_000,
      ).length;

    expect([1, 75, 375].map(asked)).toEqual([1, 73, 473]);
  });

  test('asks for a session that reaches the cap alone', () => {
    expect(barRequests(short(1, 2, 3), sessions, 75)).toHaveLength(3);
  });

  test('asks once for all neighbours where there is no cap', () => {
    expect(barRequests(short(1, 2, 3, 4, 5, 8), sessions, Infinity)).toHaveLength(1);
  });

  test('asks for nothing where nothing is short', () => {
    expect(barRequests([], sessions, 1_000)).toEqual([]);
  });

  test('asks for each short session exactly once, for no other, and never in fewer requests', () => {
    const anySessions = fc.array(
      fc.record({ expected: fc.constantFrom(12, 21, 72, 75, 375), isShort: fc.boolean() }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(anySessions, fc.integer({ min: 2, max: 1_000 }), (kinds, cap) => {
        const days = kinds.map((_, i) => addDays(day('2024-01-01'), i * 2));
        const missing = days.flatMap((one, i) =>
          kinds[i].isShort ? [{ day: one, expected: kinds[i].expected, present: 0 }] : [],
        );

        const requests = barRequests(missing, days, cap);

        const covered = requests.map(({ from, to }) =>
          days.filter((one) => one >= from && one < to),
        );
        expect(covered.flat()).toEqual(missing.map((one) => one.day));
        const rowsOf = (some: readonly TradingDay[]): number =>
          missing.reduce((sum, one) => sum + (some.includes(one.day) ? one.expected : 0), 0);
        for (const some of covered) expect(some.length === 1 || rowsOf(some) < cap).toBe(true);
        expect(requests).toHaveLength(fewest(kinds, cap));
      }),
    );
  });
});

/** The fewest requests, by trying every division: index by index, the best of all last requests. */
function fewest(
  kinds: readonly { readonly expected: number; readonly isShort: boolean }[],
  cap: number,
): number {
  const best = [0];
  for (let end = 1; end <= kinds.length; end++) {
    best[end] = kinds[end - 1].isShort ? Infinity : best[end - 1];
    let rows = 0;
    for (let start = end - 1; start >= 0 && kinds[start].isShort; start--) {
      rows += kinds[start].expected;
      if (end - start > 1 && rows >= cap) break;
      best[end] = Math.min(best[end], best[start] + 1);
    }
  }
  return best[kinds.length];
}

describe('halves', () => {
  const span = (from: number, to: number) => ({
    from: day(`2024-01-0${from}`),
    to: day(`2024-01-0${to}`),
  });

  test.each([
    ['two sessions', span(1, 3), [span(1, 2), span(2, 3)]],
    ['an odd one more before', span(1, 4), [span(1, 3), span(3, 4)]],
    ['by sessions, not by days', span(4, 9), [span(4, 8), span(8, 9)]],
  ])('divides %s', (_, whole, parts) => {
    expect(halves(whole, sessions)).toEqual(parts);
  });

  test.each([
    ['a single session', span(1, 2)],
    ['a session and a holiday', span(5, 7)],
  ])('does not divide %s', (_, whole) => {
    expect(halves(whole, sessions)).toBeUndefined();
  });
});
