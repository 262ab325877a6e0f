import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { listSessions } from './list-sessions.ts';

const reference = await readReference();
const list = (from: string, to: string) =>
  listSessions(reference, from as TradingDay, to as TradingDay);

describe('listSessions', () => {
  test('gives hours at the exchange and the bars of each class', () => {
    expect(list('2026-08-01', '2026-08-04')).toEqual([
      {
        day: '2026-08-03',
        template: 'regular-with-cas',
        hours: [{ from: '09:15', to: '15:15' }],
        finalAt: '15:35',
        expectedBars: {
          derivatives: { '1d': 1, '5m': 72, '1m': 360 },
          cash: { '1d': 1, '5m': 75, '1m': 375 },
        },
      },
    ]);
  });

  test('gives both sessions of a drill, and the holiday of a Muhurat evening', () => {
    expect(list('2024-03-02', '2024-03-03')[0].hours).toEqual([
      { from: '09:15', to: '10:00' },
      { from: '11:30', to: '12:30' },
    ]);
    expect(list('2024-11-01', '2024-11-02')[0].holiday).toBe('Diwali Laxmi Pujan');
  });

  test('refuses days outside the calendar', () => {
    expect(() => list('2014-12-31', '2015-02-01')).toThrow(InputError);
    const end = reference.calendar.to;
    expect(() => list(end, end)).toThrow('lies outside the calendar');
  });
});
