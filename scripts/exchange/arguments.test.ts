import { describe, expect, test } from 'vitest';
import { faultsFrom, positive, startFrom, withSplits } from './arguments.ts';

describe('faultsFrom', () => {
  test('reads shares and places', () => {
    const texts = [
      'flaky-auth=0.05',
      'missing-day=0.001',
      'missing-open=M&M:2024-01-05',
      'missing-day=RELIANCE:2024-01-05:1d',
    ];

    expect(faultsFrom(texts)).toEqual({
      rates: { 'flaky-auth': 0.05, 'missing-day': 0.001 },
      at: [
        { fault: 'missing-open', symbol: 'M&M', day: '2024-01-05' },
        { fault: 'missing-day', symbol: 'RELIANCE', day: '2024-01-05', interval: '1d' },
      ],
    });
  });

  test.each([
    'flaky=0.05',
    'flaky-auth',
    'flaky-auth=2',
    'flaky-auth=RELIANCE:2024-01-05',
    'missing-day=RELIANCE',
    'missing-day=RELIANCE:2024-02-30',
    'missing-day=RELIANCE:2024-01-05:2m',
  ])('refuses "%s"', (text) => {
    expect(() => faultsFrom([text])).toThrow(`"${text}" is no fault; expected a share like`);
  });

  test('refuses more than all calls', () => {
    expect(() => faultsFrom(['empty=0.75', 'time-out=0.5'])).toThrow('befall "1.25" of all calls');
  });
});

describe('withSplits', () => {
  const instruments = ['RELIANCE', 'INFY'].map((symbol) => ({ symbol, code: symbol, sector: 'x' }));

  test('gives each symbol its own', () => {
    expect(withSplits(instruments, ['INFY:2024-10-28:2', 'INFY:2025-01-01:5'])).toEqual([
      instruments[0],
      {
        ...instruments[1],
        splits: [
          { symbol: 'INFY', exDate: '2024-10-28', into: 2 },
          { symbol: 'INFY', exDate: '2025-01-01', into: 5 },
        ],
      },
    ]);
  });

  test.each([
    ['TCS:2024-10-28:2', '"TCS" of split "TCS:2024-10-28:2" is not listed'],
    ['INFY:2024-10-28:0', '"INFY:2024-10-28:0" is no split'],
    ['INFY:tomorrow:2', '"INFY:tomorrow:2" is no split'],
  ])('refuses "%s"', (text, message) => {
    expect(() => withSplits(instruments, [text])).toThrow(message);
  });
});

test('startFrom reads a day and a time of the exchange', () => {
  expect(startFrom('2024-01-05')).toBe(Date.parse('2024-01-05T00:00:00+05:30'));
  expect(startFrom('2024-01-05T09:00')).toBe(Date.parse('2024-01-05T09:00:00+05:30'));
  expect(() => startFrom('noon')).toThrow('"noon" is no time');
});

test('positive reads a number above 0', () => {
  expect(positive('--scale', '600')).toBe(600);
  for (const text of ['0', '-1', 'fast', 'Infinity'])
    expect(() => positive('--scale', text)).toThrow(`--scale "${text}" is no number above 0`);
});
