import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../contracts/time.ts';
import { breezeBars } from './breeze-rows.ts';

const request = {
  symbol: 'RELIANCE',
  code: 'RELIND',
  interval: '5m',
  from: '2025-02-03' as TradingDay,
  to: '2025-02-04' as TradingDay,
} as const;
const span = {
  first: Date.parse('2025-02-03T00:00:00+05:30'),
  last: Date.parse('2025-02-03T23:59:59+05:30'),
  maximumRows: 1_000,
};
/** As the SDK's own documentation shows it. */
const documented = {
  close: 1250.0,
  datetime: '2025-02-03 09:20:00',
  exchange_code: 'NSE',
  high: 1250.9,
  low: 1248.2,
  open: 1248.2,
  stock_code: 'RELIND',
  volume: 47317,
};

describe('breezeBars', () => {
  test('reads the documented row, its stamp as the exchange’s wall clock', () => {
    const bars = breezeBars('breeze', request, [documented], span);

    expect(bars).toEqual({
      symbol: 'RELIANCE',
      interval: '5m',
      ts: Float64Array.of(Date.parse('2025-02-03T03:50:00Z')),
      open: Float64Array.of(1248.2),
      high: Float64Array.of(1250.9),
      low: Float64Array.of(1248.2),
      close: Float64Array.of(1250),
      volume: Float64Array.of(47317),
    });
  });

  test('hands rows over as they come: unsorted, twice, negative and null', () => {
    const rows = [
      { ...documented, datetime: '2025-02-03 10:00:00', volume: -5 },
      { ...documented, close: null },
      documented,
    ];

    const { ts, volume, close } = breezeBars('breeze', request, rows, span);

    expect(ts[0]).toBeGreaterThan(ts[1]);
    expect(ts[1]).toBe(ts[2]);
    expect([...volume]).toEqual([-5, 47317, 47317]);
    expect([...close]).toEqual([1250, Number.NaN, 1250]);
  });

  test('leaves out what was not asked for', () => {
    const rows = [
      { ...documented, datetime: '2025-02-02 15:25:00' },
      documented,
      { ...documented, datetime: '2025-02-04 09:15:00' },
    ];

    expect(breezeBars('breeze', request, rows, span).ts).toHaveLength(1);
  });

  test('refuses an answer of which it cannot be told whether it was cut off', () => {
    const rows = [documented, { ...documented, datetime: '2025-02-04 09:15:00' }];
    const short = { ...span, maximumRows: 2 };

    expect(() => breezeBars('breeze', request, rows, short)).toThrow('ask for a shorter span');
    expect(breezeBars('breeze', request, [documented, documented], short).ts).toHaveLength(2);
  });

  test.each([
    [
      'prices as text, as v1 writes them',
      { open: '1248.2' },
      'open is no JSON number but "1248.2"',
    ],
    ['a missing price', { low: undefined }, 'low is no JSON number but nothing'],
    ['a stamp of another layout', { datetime: '03/02/2025 09:20' }, 'but "03/02/2025 09:20"'],
    ['a stamp that is no text', { datetime: 1738554600 }, 'but 1738554600'],
    ['another instrument', { stock_code: 'TCS' }, 'of code "TCS"'],
  ])('refuses %s', (_, change, words) => {
    const read = () =>
      breezeBars('breeze', request, [documented, { ...documented, ...change }], span);

    expect(read).toThrow(
      expect.objectContaining({
        name: 'DataError',
        message: expect.stringContaining('"breeze" answered for "RELIND" "5m" with a row "1"'),
      }),
    );
    expect(read).toThrow(words);
  });

  test.each([[{}], ['rows'], [7]])('refuses %j in place of rows', (success) => {
    expect(() => breezeBars('breeze', request, success, span)).toThrow('no list of rows');
  });
});
