import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { calendarComparison, daysOf, type DayBars, type SeriesDays } from './calendar-check.ts';
import { calendarOf, type SessionRow } from './calendar.ts';

const day = (text: string): TradingDay => text as TradingDay;
const row = (date: string, more: Partial<SessionRow> = {}): SessionRow => ({
  day: day(date),
  template: 'regular',
  open: 555,
  close: 930,
  ...more,
});

const exchange = calendarOf(
  [
    row('2026-01-13'),
    row('2026-01-14'),
    row('2026-01-16'),
    row('2026-01-19'),
    row('2026-01-20', { template: 'halted', pause: [600, 660] }),
    row('2026-01-21', { template: 'muhurat', open: 1080, close: 1140 }),
    row('2026-01-22'),
    row('2026-08-03', { template: 'regular-with-cas', close: 915 }),
  ],
  new Map([
    [day('2026-01-15'), 'elections'],
    [day('2026-01-18'), 'a session is due whose hours are unknown'],
  ]),
);

/** A series with so many bars on each day, all with volume unless said otherwise. */
function series(
  symbol: string,
  days: Readonly<Record<string, number | DayBars>>,
  known: Partial<SeriesDays> = {},
): SeriesDays {
  const counts = Object.entries(days).map(
    ([date, bars]) =>
      [day(date), typeof bars === 'number' ? { bars, traded: bars } : bars] as const,
  );
  return {
    symbol,
    instrumentClass: 'derivatives',
    isIndex: false,
    days: new Map(counts),
    ...known,
  };
}

const week = { '2026-01-13': 1, '2026-01-14': 1, '2026-01-16': 1, '2026-01-19': 1 };

describe('calendarComparison', () => {
  test('finds nothing where bars and sessions agree', () => {
    const compared = calendarComparison([series('A', week), series('B', week)], '1d', exchange);

    expect(compared).toEqual({
      series: 2,
      from: '2026-01-13',
      to: '2026-01-20',
      sessions: 4,
      confirmed: 4,
      contradictions: [],
    });
  });

  test('finds bars on a holiday, and leaves them unexplained where they have volume', () => {
    const { contradictions } = calendarComparison(
      [series('A', { ...week, '2026-01-15': 1 }), series('B', week)],
      '1d',
      exchange,
    );

    expect(contradictions).toEqual([
      { kind: 'closed', day: '2026-01-15', symbols: ['A'], trading: 2 },
    ]);
  });

  test.each([
    ['a holiday', '2026-01-15', 'no bar has volume: the source made them up (elections)'],
    ['a weekend', '2026-01-17', 'no bar has volume: the source made them up (a weekend)'],
  ])('explains bars without volume on %s', (_, date, explanation) => {
    const made = series('A', { ...week, [date]: { bars: 1, traded: 0 } });

    const { contradictions } = calendarComparison([made], '1d', exchange);

    expect(contradictions).toMatchObject([{ kind: 'closed', day: date, explanation }]);
  });

  test('takes no lack of volume of an index for an explanation', () => {
    const days = { ...week, '2026-01-15': { bars: 1, traded: 0 } };

    const { contradictions } = calendarComparison(
      [series('INDEX', days, { isIndex: true })],
      '1d',
      exchange,
    );

    expect(contradictions[0].explanation).toBeUndefined();
  });

  test('knows of a Sunday on which a session is due', () => {
    const { contradictions } = calendarComparison(
      [series('A', { ...week, '2026-01-18': 1 })],
      '1d',
      exchange,
    );

    expect(contradictions[0].explanation).toBe('a session is due whose hours are unknown');
  });

  test('finds a session that fewer than half of those who trade then have', () => {
    const hole = { '2026-01-13': 1, '2026-01-19': 1 };
    const late = { '2026-01-16': 1, '2026-01-19': 1 };

    const { contradictions } = calendarComparison(
      [series('A', hole), series('B', hole), series('C', week), series('LATE', late)],
      '1d',
      exchange,
    );

    // On 2026-01-16 two of four have bars; LATE does not trade before.
    expect(contradictions).toEqual([
      {
        kind: 'missing',
        day: '2026-01-14',
        symbols: ['A', 'B'],
        trading: 3,
        explanation: '"1" series have it: the exchange traded, the source left it out',
      },
    ]);
  });

  test('explains a special session that nobody has, and no regular one', () => {
    const { contradictions } = calendarComparison(
      [series('A', { '2026-01-16': 1, '2026-01-20': 1, '2026-01-22': 1 })],
      '1d',
      exchange,
    );

    expect(contradictions.map((one) => [one.day, one.kind, one.explanation])).toEqual([
      ['2026-01-19', 'missing', undefined],
      [
        '2026-01-21',
        'missing',
        'a session of template "muhurat", 18:00 to 19:00: some sources leave such out',
      ],
    ]);
  });

  test('expects nothing in a hole that nobody fetched', () => {
    const apart = series('A', { '2026-01-13': 1, '2026-08-03': 1 });

    expect(calendarComparison([apart], '1d', exchange)).toMatchObject({
      sessions: 2,
      confirmed: 2,
      contradictions: [],
    });
  });

  test.each([
    ['2026-01-14', 376, 'derivatives', 375, undefined],
    ['2026-01-20', 375, 'derivatives', 315, 'trading paused'],
    ['2026-08-03', 375, 'derivatives', 360, "rows from 15:15 are the closing auction's"],
    ['2026-08-03', 376, 'derivatives', 360, undefined],
  ] as const)('on %s takes %i bars of class %s for more than %i', (date, found, its, bars, why) => {
    const { contradictions } = calendarComparison(
      [series('A', { [date]: found }, { instrumentClass: its })],
      '1m',
      exchange,
    );

    expect(contradictions).toMatchObject([{ kind: 'too-many', expected: bars, found }]);
    if (why === undefined) expect(contradictions[0].explanation).toBeUndefined();
    else expect(contradictions[0].explanation).toContain(why);
  });

  test('lets a stock without derivatives trade to 15:30', () => {
    const cash = series('A', { '2026-08-03': 375 }, { instrumentClass: 'cash' });

    expect(calendarComparison([cash], '1m', exchange).contradictions).toEqual([]);
  });

  test('names each year that the calendar does not cover once', () => {
    const early = series('A', { '2024-05-02': 1, '2025-03-03': 1, '2025-03-04': 1, ...week });

    const compared = calendarComparison([early], '1d', exchange);

    expect(compared.contradictions.map(({ kind, day: date }) => [kind, date])).toEqual([
      ['not-covered', '2024-05-02'],
      ['not-covered', '2025-03-03'],
    ]);
    expect(compared.contradictions[0].explanation).toContain('"2026-01-01" to "2026-12-31"');
    expect(compared.sessions).toBe(4);
  });
});

describe('daysOf', () => {
  test('counts bars and those with volume by the day at the exchange, in order', () => {
    const ts = ['2026-01-14T09:15', '2026-01-13T15:25', '2026-01-13T09:15'];

    const days = daysOf({
      ts: Float64Array.from(ts, (stamp) => Date.parse(`${stamp}:00+05:30`)),
      volume: Float64Array.from([0, 5, 0]),
    });

    expect([...days]).toEqual([
      ['2026-01-13', { bars: 2, traded: 1 }],
      ['2026-01-14', { bars: 1, traded: 0 }],
    ]);
  });
});
