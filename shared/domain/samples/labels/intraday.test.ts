import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import type { TradingDay } from '../../../contracts/time.ts';
import { bars as barsOf } from '../../market/bars/bars.fixture.ts';
import type { Bars } from '../../market/bars/bars.ts';
import type { SessionTemplate } from '../../market/calendar/calendar.ts';
import { calendar } from '../../market/calendar/calendar.fixture.ts';
import { clockOf, dayStart } from '../../market/calendar/exchange-time.ts';
import { seededChance } from '../random-walk.fixture.ts';
import { intradayLabels, type IntradayLabelOptions } from './intraday.ts';
import { labelContract } from './labels.fixture.ts';
import { squareOff } from './square-off.ts';

const minuteMs = 60_000;
const days: Readonly<Record<string, SessionTemplate>> = {
  '2026-07-31': 'regular',
  '2026-08-03': 'regular-with-cas',
  '2026-08-04': 'dr-drill',
  '2026-08-05': 'halted',
  '2026-08-06': 'muhurat',
};
const sessions = calendar(days);
const options: IntradayLabelOptions = { horizon: 3, costBps: 10, calendar: sessions };

/** 5-minute bars of whole days, a walk without gaps. */
function traded(...of: readonly string[]): Bars {
  const chance = seededChance(3);
  const ts = of.flatMap((day) =>
    (sessions.session(day as TradingDay)?.spans ?? []).flatMap(({ start, end }) =>
      Array.from({ length: (end - start) / (5 * minuteMs) }, (_, i) => start + i * 5 * minuteMs),
    ),
  );
  let price = 100;
  const close = ts.map(() => (price *= Math.exp(0.003 * chance.normal())));
  return barsOf({ interval: '5m', ts, close });
}

function without(bars: Bars, day: string, clock: string): Bars {
  const ts = dayStart(day as TradingDay) + Date.parse(`1970-01-01T${clock}:00Z`);
  const keep = (column: Float64Array): Float64Array => column.filter((_, i) => bars.ts[i] !== ts);
  return {
    ...bars,
    ts: keep(bars.ts),
    open: keep(bars.open),
    high: keep(bars.high),
    low: keep(bars.low),
    close: keep(bars.close),
    volume: keep(bars.volume),
  };
}

/** The first and the last clock of each day’s stretch of labels. */
function labelled(bars: Bars, given = options): string[] {
  const { labels } = intradayLabels(bars, given);
  const known = (i: number): boolean => i >= 0 && i < labels.length && labels[i] !== -1;
  return Array.from(bars.ts.keys())
    .filter((i) => known(i) && (!known(i - 1) || !known(i + 1)))
    .map((i) => clockOf(bars.ts[i]));
}

describe('intradayLabels', () => {
  test('buys at the next bar’s open and sells at the open horizon bars later', () => {
    const bars = barsOf({
      interval: '5m',
      ts: [...traded('2026-07-31').ts.subarray(0, 7)],
      open: [100, 100, 100, 100, 100.2, 100.1, 101],
      close: [100, 100, 100, 100, 100.2, 100.1, 101],
    });

    const { labels, returns, ends } = intradayLabels(bars, options);

    expect([...labels]).toEqual([1, 0, 1, -1, -1, -1, -1]);
    expect(returns[0]).toBeCloseTo(0.002, 12);
    expect([...ends.subarray(0, 3)]).toEqual([...bars.ts.subarray(4, 7)]);
  });

  test('sells by 15:10, by 15:00 since the closing auction, and never holds overnight', () => {
    expect(labelled(traded('2026-07-31'))).toEqual(['09:15', '14:50']);
    expect(labelled(traded('2026-08-03'))).toEqual(['09:15', '14:40']);
    expect(labelled(traded('2026-07-31', '2026-08-03'))).toEqual([
      '09:15',
      '14:50',
      '09:15',
      '14:40',
    ]);
  });

  test('keeps to the hours of stocks without derivatives, which end at 15:00, too', () => {
    const cash = { ...options, instrumentClass: 'cash' } as const;

    expect(labelled(traded('2026-07-31'), cash)).toEqual(['09:15', '14:50']);
    expect(labelled(traded('2026-08-03'), cash)).toEqual(['09:15', '14:40']);
  });

  test('holds across no pause, and ends before a short session does', () => {
    expect(labelled(traded('2026-08-04'))).toEqual(['09:15', '09:35', '11:30', '11:55']);
    expect(labelled(traded('2026-08-05'))).toEqual(['09:15', '11:20']);
    expect(labelled(traded('2026-08-06'))).toEqual(['18:00', '18:25']);
  });

  test('knows nothing of positions whose bar to buy or to sell at is missing', () => {
    const bars = without(traded('2026-07-31'), '2026-07-31', '11:00');

    expect(labelled(bars)).toEqual(['09:15', '10:35', '10:45', '10:50', '11:05', '14:50']);
  });

  test('is 0 where prices stand still, as a round trip costs', () => {
    const { ts } = traded('2026-07-31');
    const still = barsOf({ interval: '5m', ts: [...ts], close: [...ts].map(() => 851.19) });

    expect(new Set(intradayLabels(still, options).labels)).toEqual(new Set([0, -1]));
  });

  test('refuses daily bars, and a horizon that no session holds', () => {
    const daily = (): unknown => intradayLabels(barsOf({ close: [1, 2, 3] }), options);
    const long = (): unknown => intradayLabels(traded('2026-07-31'), { ...options, horizon: 71 });

    expect(daily).toThrow(InputError);
    expect(long).toThrow(InputError);
    expect(long).toThrow('a label of horizon "71" is longer than every session up to square-off');
    expect(labelled(traded('2026-07-31'), { ...options, horizon: 70 })).toEqual(['09:15']);
  });

  test('refuses bars of days that the calendar does not cover', () => {
    const bars = barsOf({ interval: '5m', close: [1, 2, 3, 4, 5] });

    expect(() => intradayLabels(bars, options)).toThrow(InputError);
  });

  test('has no label where the exchange was closed', () => {
    const ts = traded('2026-07-31').ts.map((stamp) => stamp + 86_400_000);
    const bars = barsOf({ interval: '5m', ts: [...ts], close: [...ts].map((_, i) => 100 + i) });

    expect([...new Set(intradayLabels(bars, options).labels)]).toEqual([-1]);
  });
});

describe('squareOff', () => {
  test.each([
    ['2026-07-31', '15:10'],
    ['2026-08-03', '15:00'],
    ['2026-08-04', '12:15'],
    ['2026-08-05', '15:00'],
    ['2026-08-06', '18:45'],
  ])('of %s is %s', (day, clock) => {
    const session = sessions.session(day as TradingDay);

    expect(session && clockOf(squareOff(session))).toBe(clock);
  });
});

labelContract('intradayLabels', traded('2026-07-31', '2026-08-03'), (bars) =>
  intradayLabels(bars, { ...options, costBps: 0 }),
);
