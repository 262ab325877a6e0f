import { describe, expect, test } from 'vitest';
import { bars } from '../bars/bars.fixture.ts';
import { staleFlaws } from './stale-runs.ts';

const still = (count: number) => Array.from({ length: count }, () => 50);

describe('staleFlaws', () => {
  test('finds 12 bars at one price though shares change hands, and not 11', () => {
    const found = staleFlaws(bars({ interval: '1m', close: [49, ...still(13), 51] }));

    expect(found).toEqual([
      {
        rule: 'stale-run',
        from: '2024-01-01',
        to: '2024-01-02',
        count: 12,
        detail: 'the price stays "50" from "09:17" to "09:28" though shares change hands',
      },
    ]);
    expect(staleFlaws(bars({ interval: '1m', close: [49, ...still(12), 51] }))).toEqual([]);
  });

  test('takes equal closes for trading while highs or lows move', () => {
    const close = still(20);
    const high = close.map((value, i) => value + (i % 3) / 20);

    expect(staleFlaws(bars({ interval: '1m', close, high }))).toEqual([]);
  });

  test('takes a price for resting while no shares change hands', () => {
    const volume = still(20).map((_, i) => (i % 11 === 5 ? 0 : 100));

    expect(staleFlaws(bars({ interval: '1m', close: still(20), volume }))).toEqual([]);
  });

  test('counts within a session where bars are intraday, and over sessions where they are daily', () => {
    const ts = [
      ...still(8).map((_, i) => Date.parse('2024-01-01T15:22:00+05:30') + i * 60_000),
      ...still(8).map((_, i) => Date.parse('2024-01-02T09:15:00+05:30') + i * 60_000),
    ];

    expect(staleFlaws(bars({ interval: '1m', close: still(16), ts }))).toEqual([]);
    expect(staleFlaws(bars({ close: still(16) }))).toMatchObject([
      {
        from: '2024-01-01',
        to: '2024-01-23',
        count: 16,
        detail: 'the price stays "50" though shares change hands',
      },
    ]);
  });

  test('finds two runs one after the other', () => {
    const close = [...still(12), ...still(12).map(() => 60)];

    const open = close;

    expect(staleFlaws(bars({ close, open })).map(({ count }) => count)).toEqual([12, 12]);
  });
});
