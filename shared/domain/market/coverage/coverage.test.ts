import { describe, expect, test } from 'vitest';
import type { EpochMs, TradingDay } from '../../../contracts/time.ts';
import { bars } from '../bars/bars.fixture.ts';
import { calendar } from '../calendar/calendar.fixture.ts';
import type { ClassSpan } from '../calendar/calendar.ts';
import { coverage, seriesCoverage } from './coverage.ts';
import type { EmptyAnswer, SeriesPresence } from './presence.ts';

const day = (text: string): TradingDay => text as TradingDay;
const span = (from: string, to: string, of: ClassSpan['instrumentClass'] = 'derivatives') => ({
  from: day(from),
  to: day(to),
  instrumentClass: of,
});
const at = (clock: string): number => Date.parse(`2025-08-04T${clock}:00+05:30`);

const exchange = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-03': 'regular',
  '2024-11-01': 'muhurat',
  '2025-08-04': 'regular-with-cas',
});

describe('coverage', () => {
  test('counts daily bars of the span and no others', () => {
    const some = bars({
      close: [1, 2, 3],
      days: [day('2024-01-01'), day('2024-01-03'), day('2024-11-01')],
    });

    expect(coverage(some, exchange, span('2024-01-01', '2024-11-01'))).toEqual({
      expectedBars: 3,
      presentBars: 2,
      coverage: 2 / 3,
    });
  });

  test('counts bars of continuous trading only', () => {
    const ts = [at('09:15'), at('15:10'), at('15:15'), at('15:25')];
    const some = bars({ close: [1, 2, 3, 4], ts, interval: '5m' });

    expect(coverage(some, exchange, span('2025-08-04', '2025-08-05'))).toEqual({
      expectedBars: 72,
      presentBars: 2,
      coverage: 2 / 72,
    });
    expect(coverage(some, exchange, span('2025-08-04', '2025-08-05', 'cash'))).toEqual({
      expectedBars: 75,
      presentBars: 4,
      coverage: 4 / 75,
    });
  });

  test('is 1 where nothing is expected', () => {
    const none = bars({ close: [] });

    expect(coverage(none, exchange, span('2024-05-01', '2024-06-01'))).toEqual({
      expectedBars: 0,
      presentBars: 0,
      coverage: 1,
    });
  });
});

const week = calendar({
  '2024-01-01': 'regular',
  '2024-01-02': 'regular',
  '2024-01-03': 'regular',
  '2024-01-04': 'regular',
  '2024-01-05': 'regular',
  '2024-01-08': 'regular',
});
const [monday, nextTuesday] = [day('2024-01-01'), day('2024-01-09')];
/** Five-minute bars of the days from Monday on. */
const presence = (counts: readonly number[], more: Partial<SeriesPresence> = {}) => ({
  interval: '5m' as const,
  days: { from: monday, bars: counts },
  quarantined: [],
  answers: [],
  revisions: 0,
  ...more,
});
const answer = (
  from: string,
  to: string,
  reason: EmptyAnswer['reason'],
  askedAt = 0,
): EmptyAnswer => ({ from: day(from), to: day(to), reason, askedAt: askedAt as EpochMs });
const told = (some: SeriesPresence): string[] =>
  seriesCoverage(some, week, span(monday, nextTuesday)).gaps.map(
    ({ from, to, bars: missing, reason }) => `${from}..${to} ${missing} ${reason}`,
  );

describe('seriesCoverage', () => {
  test('finds none where every session is whole, nor in days without one', () => {
    expect(told(presence([75, 75, 75, 75, 75, 0, 0, 75]))).toEqual([]);
  });

  test('joins neighbouring sessions over a weekend, and no others', () => {
    expect(told(presence([75, 0, 75, 75, 70]))).toEqual([
      '2024-01-02..2024-01-03 75 not-fetched',
      '2024-01-05..2024-01-09 80 not-fetched',
    ]);
  });

  test('takes the reason that was given last for a day', () => {
    const answers = [
      answer('2024-01-01', '2024-01-04', 'vendor-gap', 1),
      answer('2024-01-02', '2024-01-03', 'wrong-code', 2),
      answer('2024-01-01', '2024-01-03', 'not-fetched', 0),
    ];

    expect(told(presence([], { answers }))).toEqual([
      '2024-01-01..2024-01-02 75 vendor-gap',
      '2024-01-02..2024-01-03 75 wrong-code',
      '2024-01-03..2024-01-04 75 vendor-gap',
      '2024-01-04..2024-01-09 225 not-fetched',
    ]);
  });

  test('counts as many bars quarantined as rows are set aside, and the rest by itself', () => {
    const quarantined = [
      { day: day('2024-01-02'), bars: 2 },
      { day: day('2024-01-03'), bars: 9 },
      { day: day('2024-01-04'), bars: 9 },
    ];

    expect(told(presence([75, 70, 66, 75, 75, 0, 0, 75], { quarantined }))).toEqual([
      '2024-01-02..2024-01-04 11 quarantined',
      '2024-01-02..2024-01-03 3 not-fetched',
    ]);
  });

  test('counts no bar twice, nor one beyond what is expected', () => {
    const some = presence([80, 70]);

    const { gaps, ...counts } = seriesCoverage(some, week, span('2024-01-01', '2024-01-03'));

    expect(counts).toEqual({ expectedBars: 150, presentBars: 145, coverage: 145 / 150 });
    expect(gaps).toHaveLength(1);
  });

  test('expects of a stock without derivatives the bars that others lose to the auction', () => {
    const some = presence([72], { days: { from: day('2025-08-04'), bars: [72] } });
    const expected = (of: ClassSpan['instrumentClass']): number =>
      seriesCoverage(some, exchange, span('2025-08-04', '2025-08-05', of)).expectedBars;

    expect([expected('derivatives'), expected('cash')]).toEqual([72, 75]);
  });
});
