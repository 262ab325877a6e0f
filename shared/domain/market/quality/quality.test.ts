import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { bars } from '../bars/bars.fixture.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import { findings, type AuditedSeries } from './quality.ts';

const days = ['2024-01-01', '2024-01-02', '2024-01-03'] as TradingDay[];
const exchange = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-03': 'regular',
  '2024-01-05': 'regular',
});
const audited = (series: Partial<AuditedSeries>): AuditedSeries => ({
  series: 'csv-raw',
  bars: bars({ close: [100, 101, 102], days }),
  instrumentClass: 'derivatives',
  quarantined: [],
  isExplained: () => false,
  ...series,
});

describe('findings', () => {
  test('of sound bars are none', () => {
    expect(findings(audited({}), exchange)).toEqual([]);
  });

  test('name symbol, interval and series', () => {
    expect(
      findings(audited({ bars: bars({ close: [100, 50.5], days: days.slice(0, 2) }) }), exchange),
    ).toMatchObject([
      { symbol: 'TEST', interval: '1d', series: 'csv-raw', rule: 'large-move', count: 1 },
    ]);
  });

  test('put rows of like faults together, and judge bars that break the door by no other rule', () => {
    const all = bars({
      close: [100, 100, 10, 10],
      days: ['2024-01-01', '2024-01-02', '2024-01-04', '2024-01-06'] as TradingDay[],
    });

    expect(findings(audited({ bars: all }), exchange)).toEqual([
      {
        symbol: 'TEST',
        interval: '1d',
        series: 'csv-raw',
        rule: 'outside-session',
        from: '2024-01-04',
        to: '2024-01-07',
        count: 2,
        detail: 'the exchange was closed on "2024-01-04"',
      },
    ]);
  });

  test('tell rows that were set aside, by their reasons', () => {
    const row = { open: 1, high: 1, low: 1, close: 1, volume: -5 };
    const [first, second] = days.map((day) => Date.parse(`${day}T00:00:00+05:30`));

    const found = findings(
      audited({
        quarantined: [
          { ...row, ts: second, reason: 'volume "-7" is negative' },
          { ...row, ts: first, reason: 'volume "-5" is negative' },
          { ...row, ts: NaN, reason: 'its time cannot be read' },
        ],
      }),
      exchange,
    );

    const rule = { symbol: 'TEST', interval: '1d', series: 'csv-raw', rule: 'quarantined' };
    expect(found).toEqual([
      {
        ...rule,
        from: '2024-01-01',
        to: '2024-01-03',
        count: 2,
        detail: 'volume "-7" is negative',
      },
      { ...rule, count: 1, detail: 'its time cannot be read' },
    ]);
  });
});
