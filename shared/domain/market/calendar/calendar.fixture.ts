import type { TradingDay } from '../../../contracts/time.ts';
import { calendarOf, type Calendar, type SessionTemplate } from './calendar.ts';

type Hours = readonly [open: number, close: number, pause?: readonly [from: number, to: number]];

const hours: Readonly<Record<SessionTemplate, Hours>> = {
  regular: [9 * 60 + 15, 15 * 60 + 30],
  'regular-with-cas': [9 * 60 + 15, 15 * 60 + 15],
  muhurat: [18 * 60, 19 * 60],
  'dr-drill': [9 * 60 + 15, 12 * 60 + 30, [10 * 60, 11 * 60 + 30]],
  halted: [9 * 60 + 15, 17 * 60, [11 * 60 + 45, 15 * 60 + 45]],
  'special-full-day': [9 * 60 + 15, 15 * 60 + 30],
};

/** A calendar for a test: days of the usual hours of their template, e.g. `{ '2024-01-01': 'regular' }`. */
export function calendar(days: Readonly<Record<string, SessionTemplate>>): Calendar {
  return calendarOf(
    Object.entries(days).map(([day, template]) => {
      const [open, close, pause] = hours[template];
      return { day: day as TradingDay, template, open, close, ...(pause ? { pause } : {}) };
    }),
  );
}
