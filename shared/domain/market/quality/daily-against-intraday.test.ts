import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { bars } from '../bars/bars.fixture.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import type { Bars } from '../bars/bars.ts';
import { dailyAgainstIntraday } from './daily-against-intraday.ts';

const days = ['2024-11-01', '2024-11-02', '2024-11-03'] as TradingDay[];
const exchange = calendar(Object.fromEntries(days.map((day) => [day, 'muhurat'] as const)));

/** Twelve bars a day from 18:00, of 10 shares each; the day's range is 90 to 110. */
const ts = days.flatMap((day) =>
  Array.from({ length: 12 }, (_, i) => Date.parse(`${day}T18:00:00+05:30`) + i * 300_000),
);
const close = ts.map((_, i) => [100, 110, 90, 105][i % 4]);
const intraday = bars({ interval: '5m', close, open: close, ts, volume: ts.map(() => 10) });

const daily = (day: { high?: number[]; low?: number[]; close?: number[]; volume?: number[] }) =>
  bars({
    days,
    close: [105, 105, 105],
    high: [110, 110, 110],
    low: [90, 90, 90],
    volume: [120, 120, 120],
    ...day,
  });

const scaled = (all: Bars, factor: number): Bars => ({
  ...all,
  open: all.open.map((value) => value * factor),
  high: all.high.map((value) => value * factor),
  low: all.low.map((value) => value * factor),
  close: all.close.map((value) => value * factor),
});

describe('dailyAgainstIntraday', () => {
  test('finds nothing where high, low and volume agree within 0.5 %', () => {
    const agreeing = daily({ high: [110.5, 110, 109.5], volume: [120.5, 119.5, 120] });

    expect(dailyAgainstIntraday(agreeing, intraday, exchange)).toEqual([]);
  });

  test('finds each column that differs, with its days and the first of them', () => {
    const differing = daily({ high: [110, 112, 110], volume: [120, 130, 90] });

    expect(dailyAgainstIntraday(differing, intraday, exchange)).toEqual([
      {
        rule: 'daily-against-intraday',
        from: '2024-11-02',
        to: '2024-11-03',
        count: 1,
        detail:
          'high differs in "1" of "3" sessions; ' +
          'on "2024-11-02" daily bars have "112", intraday ones "110"',
      },
      {
        rule: 'daily-against-intraday',
        from: '2024-11-02',
        to: '2024-11-04',
        count: 2,
        detail:
          'volume differs in "2" of "3" sessions; ' +
          'on "2024-11-02" daily bars have "130", intraday ones "120"',
      },
    ]);
  });

  test('does not compare closes: the official one is another kind', () => {
    expect(dailyAgainstIntraday(daily({ close: [104, 106, 105] }), intraday, exchange)).toEqual([]);
  });

  test('tells once that the two are adjusted otherwise, and compares the rest in ratio', () => {
    const half = scaled(daily({ high: [110, 110, 120], volume: [240, 240, 240] }), 0.5);

    const flaws = dailyAgainstIntraday(half, intraday, exchange);

    expect(flaws.map(({ detail }) => detail)).toEqual([
      'daily prices are "0.5000" times the intraday ones throughout: the two are adjusted otherwise',
      'high differs in "1" of "3" sessions; on "2024-11-03" daily bars have "60", ' +
        'intraday ones "110"; "0.5000" times would be usual',
    ]);
  });

  test('passes over sessions that lack a bar, and over volumes that lack the opening', () => {
    const missing = bars({
      interval: '5m',
      close: close.slice(1),
      open: close.slice(1),
      ts: ts.slice(1),
      volume: ts.slice(1).map((_, i) => (i === 11 ? 0 : 10)),
    });

    const flaws = dailyAgainstIntraday(daily({ volume: [1, 120, 1] }), missing, exchange);

    expect(flaws).toMatchObject([{ from: '2024-11-03', to: '2024-11-04', count: 1 }]);
  });

  test('lets a closing auction add to the day, and take nothing away', () => {
    const cas = calendar({ '2026-08-28': 'regular-with-cas' });
    const day = ['2026-08-28'] as TradingDay[];
    const stamps = Array.from(
      { length: 72 },
      (_, i) => Date.parse('2026-08-28T09:15:00+05:30') + i * 300_000,
    );
    const all = bars({ interval: '5m', close: stamps.map(() => 100), ts: stamps });
    const whole = (high: number, volume: number) =>
      bars({ days: day, close: [101], high: [high], low: [100], volume: [volume] });

    expect(dailyAgainstIntraday(whole(102, 90_000), all, cas)).toEqual([]);
    expect(dailyAgainstIntraday(whole(102, 60_000), all, cas)).toMatchObject([{ count: 1 }]);
  });
});
