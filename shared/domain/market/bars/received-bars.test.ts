import { describe, expect, test } from 'vitest';
import type { Interval } from '../../../contracts/time.ts';
import { bars } from './bars.fixture.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { judgedBars } from './received-bars.ts';

const exchange = calendar({
  '2024-01-01': 'regular',
  '2024-03-02': 'dr-drill',
  '2024-11-01': 'muhurat',
  '2025-08-04': 'regular-with-cas',
});

const received = (interval: Interval, ...stamps: string[]) =>
  bars({
    interval,
    close: stamps.map(() => 10),
    ts: stamps.map((stamp) => Date.parse(`${stamp}:00+05:30`)),
  });

describe('judgedBars', () => {
  test('takes sound bars of sessions of every template', () => {
    const sound = received(
      '5m',
      '2024-01-01T09:15',
      '2024-01-01T15:25',
      '2024-03-02T09:55',
      '2024-03-02T11:30',
      '2024-11-01T18:55',
    );

    expect(judgedBars(sound, exchange)).toEqual({ bars: sound, faults: [], auctionRows: 0 });
  });

  test.each([
    ['1d', '2024-01-02T00:00', 'the exchange was closed on "2024-01-02"'],
    ['1d', '2024-01-01T05:30', 'a daily bar is stamped "00:00" at the exchange, not "05:30"'],
    [
      '5m',
      '2024-01-01T09:10',
      '"09:10" lies outside the session of "2024-01-01", "09:15" to "15:30"',
    ],
    [
      '5m',
      '2024-01-01T15:30',
      '"15:30" lies outside the session of "2024-01-01", "09:15" to "15:30"',
    ],
    ['5m', '2024-01-01T09:16', 'no bar of "5m" opens at "09:16:00"'],
    [
      '1m',
      '2024-03-02T10:30',
      '"10:30" lies outside the session of "2024-03-02", "09:15" to "10:00" and "11:30" to "12:30"',
    ],
    [
      '1m',
      '2018-06-01T09:15',
      '"2018-06-01" lies outside the calendar, which covers "2024-01-01" to "2025-12-31"; leave such bars out',
    ],
  ] as const)('refuses a bar of %s at %s', (interval, stamp, message) => {
    const judged = judgedBars(received(interval, stamp), exchange);

    expect(judged.faults).toEqual([{ row: 0, rule: 'outside-session', message }]);
    expect(judged.bars.ts).toHaveLength(0);
  });

  test('passes over a closing auction: 14 rows of padding and its print', () => {
    const judged = judgedBars(
      received('1m', '2025-08-04T15:14', '2025-08-04T15:15', '2025-08-04T15:29'),
      exchange,
    );

    expect(judged.auctionRows).toBe(2);
    expect(judged.faults).toEqual([]);
    expect(judged.bars.ts).toHaveLength(1);
  });

  test('refuses a time that does not come after all before it', () => {
    const judged = judgedBars(
      received(
        '1m',
        '2024-01-01T09:20',
        '2024-01-01T09:15',
        '2024-01-01T09:20',
        '2024-01-01T09:21',
      ),
      exchange,
    );

    expect(judged.faults).toEqual([
      {
        row: 1,
        rule: 'duplicate',
        message: '"2024-01-01T09:15" does not come after the bar before it',
      },
      {
        row: 2,
        rule: 'duplicate',
        message: '"2024-01-01T09:20" does not come after the bar before it',
      },
    ]);
  });

  test('refuses an unsound bar and keeps the others', () => {
    const wrong = {
      ...received('1m', '2024-01-01T09:15', '2024-01-01T09:16'),
      high: Float64Array.of(10, 9),
    };

    const judged = judgedBars(wrong, exchange);

    expect(judged.faults).toEqual([
      { row: 1, rule: 'unsound-bar', message: 'high "9" is below low "10"' },
    ]);
    expect(judged.bars.ts).toHaveLength(1);
  });
});
