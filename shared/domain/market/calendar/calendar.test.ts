import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import type { TradingDay } from '../../../contracts/time.ts';
import { calendar } from './calendar.fixture.ts';
import { calendarOf } from './calendar.ts';

const day = (text: string): TradingDay => text as TradingDay;

const exchange = calendar({
  '2024-01-02': 'regular',
  '2024-01-03': 'regular',
  '2024-03-02': 'dr-drill',
  '2024-11-01': 'muhurat',
  '2025-02-24': 'halted',
  '2025-08-04': 'regular-with-cas',
});

describe('calendarOf', () => {
  test('covers the whole years of its sessions', () => {
    expect([exchange.from, exchange.to]).toEqual(['2024-01-01', '2026-01-01']);
    expect(exchange.covers(day('2025-12-31'))).toBe(true);
    expect(exchange.covers(day('2026-01-01'))).toBe(false);
  });

  test('lists sessions of a half-open span', () => {
    expect(exchange.sessions(day('2024-01-03'), day('2024-11-01'))).toEqual([
      '2024-01-03',
      '2024-03-02',
    ]);
    expect(exchange.sessions(exchange.from, exchange.to)).toHaveLength(6);
    expect(exchange.sessions(day('2024-05-01'), day('2024-05-01'))).toEqual([]);
  });

  test.each([
    ['2024-01-03', '2024-01-02', '2024-03-02'],
    ['2024-02-10', '2024-01-03', '2024-03-02'],
    ['2025-03-01', '2025-02-24', '2025-08-04'],
  ])('has sessions before and after %s', (asked, before, after) => {
    expect(exchange.lastSessionBefore(day(asked))).toBe(before);
    expect(exchange.nextSession(day(asked))).toBe(after);
  });

  test('answers for the day after its last', () => {
    expect(exchange.lastSessionBefore(day('2026-01-01'))).toBe('2025-08-04');
  });

  test.each([
    ['a session in an uncovered year', () => exchange.session(day('2023-12-31'))],
    ['bars in an uncovered year', () => exchange.expectedBars(day('2026-01-01'), '1d')],
    ['a span that begins too early', () => exchange.sessions(day('2023-12-29'), day('2024-02-01'))],
    ['a span that ends too late', () => exchange.sessions(day('2025-01-01'), day('2026-01-02'))],
    ['what came before the first session', () => exchange.lastSessionBefore(day('2024-01-02'))],
    ['what comes after the last session', () => exchange.nextSession(day('2025-08-04'))],
    ['now in an uncovered year', () => exchange.lastClosedSession(Date.parse('2027-01-01'))],
  ])('refuses %s and names the covered days', (_, ask) => {
    expect(ask).toThrow(InputError);
    expect(ask).toThrow('lies outside the calendar, which covers "2024-01-01" to "2025-12-31"');
  });

  test('refuses a span that ends before it begins', () => {
    expect(() => exchange.sessions(day('2024-03-01'), day('2024-02-01'))).toThrow(InputError);
  });

  test.each([
    ['2024-01-02', [1, 75, 375]],
    ['2024-01-06', [0, 0, 0]],
    ['2024-03-02', [1, 21, 105]],
    ['2024-11-01', [1, 12, 60]],
    ['2025-02-24', [1, 45, 225]],
    ['2025-08-04', [1, 72, 360]],
  ])('expects of %s as many bars a day, five minutes and minute as %j', (asked, bars) => {
    const found = (['1d', '5m', '1m'] as const).map((interval) =>
      exchange.expectedBars(day(asked), interval),
    );

    expect(found).toEqual(bars);
  });

  test.each([
    ['before the close', '2024-01-03T15:29:59+05:30', '2024-01-02'],
    ['at the close', '2024-01-03T15:30:00+05:30', '2024-01-03'],
    ['on a day without trading', '2024-02-10T12:00:00+05:30', '2024-01-03'],
    [
      'after midnight at the exchange, the day before in UTC',
      '2024-03-02T00:10:00+05:30',
      '2024-01-03',
    ],
    ['before a closing auction has matched', '2025-08-04T15:34:59+05:30', '2025-02-24'],
    ['after a closing auction', '2025-08-04T15:35:00+05:30', '2025-08-04'],
  ])('knows the last closed session %s', (_, now, session) => {
    expect(exchange.lastClosedSession(Date.parse(now))).toBe(session);
  });

  test('gives hours in time', () => {
    const session = exchange.session(day('2024-03-02'));

    expect(session?.open).toBe(Date.parse('2024-03-02T09:15:00+05:30'));
    expect(session?.close).toBe(Date.parse('2024-03-02T12:30:00+05:30'));
    expect(session?.spans.map(({ end }) => end)).toEqual([
      Date.parse('2024-03-02T10:00:00+05:30'),
      Date.parse('2024-03-02T12:30:00+05:30'),
    ]);
  });

  test('keeps stocks without derivatives trading while the others have their auction', () => {
    const cash = exchange.session(day('2025-08-04'), 'cash');

    expect(cash).toMatchObject({
      template: 'regular',
      close: Date.parse('2025-08-04T15:30:00+05:30'),
      finalAt: Date.parse('2025-08-04T15:30:00+05:30'),
    });
    expect(exchange.expectedBars(day('2025-08-04'), '5m', 'cash')).toBe(75);
    expect(exchange.expectedBars(day('2024-11-01'), '5m', 'cash')).toBe(12);
    expect(exchange.lastClosedSession(Date.parse('2025-08-04T15:31:00+05:30'), 'cash')).toBe(
      '2025-08-04',
    );
  });

  test('says why the exchange was closed, where that is known', () => {
    const closures = new Map([[day('2024-01-26'), 'Republic Day']]);
    const rows = [{ day: day('2024-01-25'), template: 'regular' as const, open: 555, close: 930 }];

    expect(calendarOf(rows, closures).closure(day('2024-01-26'))).toBe('Republic Day');
    expect(calendarOf(rows, closures).closure(day('2024-01-27'))).toBeUndefined();
  });

  test.each([
    ['begins before the open', [550, 600]],
    ['ends after the close', [600, 935]],
    ['ends where it begins', [600, 600]],
    ['cuts a bar of five minutes', [601, 660]],
  ] as const)('refuses a pause that %s', (_, pause) => {
    const row = { day: day('2024-01-25'), template: 'halted' as const, open: 555, close: 930 };

    expect(() => calendarOf([{ ...row, pause }])).toThrow('the pause of session "2024-01-25"');
  });

  test.each([
    ['no sessions', []],
    ['a day twice', ['2024-01-02', '2024-01-02']],
    ['days in disorder', ['2024-01-03', '2024-01-02']],
  ])('refuses %s', (_, days) => {
    const rows = days.map((one) => ({
      day: day(one),
      template: 'regular' as const,
      open: 555,
      close: 930,
    }));

    expect(() => calendarOf(rows)).toThrow();
  });
});
