import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { bars } from '../bars/bars.fixture.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { moveFlaws } from './moves.ts';

const days = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04'] as TradingDay[];
const exchange = calendar({
  ...Object.fromEntries(days.map((day) => [day, 'regular'] as const)),
  '2024-01-05': 'regular',
  '2024-01-08': 'regular',
  '2024-01-09': 'regular',
});
const nothing = () => false;
const daily = (...close: number[]) => bars({ close, days: days.slice(0, close.length) });
const minutes = (day: string, close: number[]) =>
  close.map((_, i) => Date.parse(`${day}T09:15:00+05:30`) + i * 60_000);

describe('moveFlaws', () => {
  test('finds a close that falls or rises by a log return of 0.25, and none below', () => {
    const flaws = moveFlaws(daily(100, 77.8, 97, 130), exchange, nothing);

    expect(flaws).toEqual([
      {
        rule: 'large-move',
        from: '2024-01-02',
        to: '2024-01-03',
        count: 1,
        detail: 'close "100" to "77.8" since "2024-01-01", a log return of "-0.251"',
      },
      {
        rule: 'large-move',
        from: '2024-01-04',
        to: '2024-01-05',
        count: 1,
        detail: 'close "97" to "130" since "2024-01-03", a log return of "0.293"',
      },
    ]);
    expect(moveFlaws(daily(100, 77.9, 100), exchange, nothing)).toEqual([]);
  });

  test('finds a day at another level: one flaw, and no large move besides', () => {
    const flaws = moveFlaws(daily(100, 49, 49), exchange, nothing);

    expect(flaws).toEqual([
      {
        rule: 'wrong-instrument',
        from: '2024-01-02',
        to: '2024-01-03',
        count: 1,
        detail:
          'prices are "0.490" times those of "2024-01-01": another instrument, ' +
          'or a corporate action that nobody confirmed',
      },
    ]);
  });

  test('asks whether an action explains a jump overnight, and passes over it', () => {
    const asked: TradingDay[] = [];

    const flaws = moveFlaws(daily(100, 10, 10, 5), exchange, (day) => {
      asked.push(day);
      return day === '2024-01-02';
    });

    expect(flaws.map(({ from }) => from)).toEqual(['2024-01-04']);
    expect(asked).toEqual(['2024-01-02', '2024-01-03', '2024-01-04']);
  });

  test('finds a jump within a session, which no action explains', () => {
    const close = [100, 100, 140, 100];

    const flaws = moveFlaws(
      bars({ interval: '1m', close, ts: minutes('2024-01-01', close) }),
      exchange,
      () => true,
    );

    expect(flaws.map(({ detail }) => detail)).toEqual([
      'close "100" to "140" since 09:17, a log return of "0.336"',
      'close "140" to "100" since 09:18, a log return of "-0.336"',
    ]);
  });

  test('goes by the typical close of a day, not by a single one', () => {
    const close = [100, 100, 100, 100, 100, 100];
    const ts = [...minutes('2024-01-01', [1, 1, 1]), ...minutes('2024-01-02', [1, 1, 1])];

    const spiked = bars({ interval: '1m', close: [...close.slice(0, 5), 240], ts });
    const other = bars({ interval: '1m', close: [100, 100, 100, 240, 240, 240], ts });

    expect(moveFlaws(spiked, exchange, nothing).map(({ rule }) => rule)).toEqual(['large-move']);
    expect(moveFlaws(other, exchange, nothing)).toMatchObject([
      { rule: 'wrong-instrument', from: '2024-01-02', count: 3 },
    ]);
  });

  test('says nothing of a price after a hole of more than five sessions', () => {
    const far = (end: string) =>
      bars({ close: [100, 10], days: ['2024-01-01', end] as TradingDay[] });

    expect(moveFlaws(far('2024-01-08'), exchange, nothing)).toHaveLength(1);
    expect(moveFlaws(far('2024-01-09'), exchange, nothing)).toEqual([]);
  });
});
