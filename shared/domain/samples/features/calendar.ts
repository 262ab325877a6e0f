import { dayNumberOf } from '../../market/calendar/exchange-time.ts';
import type { Feature } from './feature.ts';

const dayMs = 86_400_000;

/** Day of the week, 1 on Monday to 7 on Sunday: the exchange has traded on either day of a weekend. */
export const weekday: Feature = {
  name: 'weekday',
  family: 'calendar',
  version: 1,
  lookback: 1,
  needsContext: false,
  // Day 0 was a Thursday.
  compute: ({ bars }) => bars.ts.map((ts) => ((dayNumberOf(ts) + 3) % 7) + 1),
};

/** Share of the calendar month that ends with the bar's day, in (0, 1]. */
export const monthShare: Feature = {
  name: 'monthShare',
  family: 'calendar',
  version: 1,
  lookback: 1,
  needsContext: false,
  compute: ({ bars }) => {
    let day = NaN;
    let share = NaN;
    return bars.ts.map((ts) => {
      if (dayNumberOf(ts) !== day) {
        day = dayNumberOf(ts);
        const date = new Date(day * dayMs);
        const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0));
        share = date.getUTCDate() / last.getUTCDate();
      }
      return share;
    });
  },
};

/** Calendar days without a bar before the bar's own: 2 after a weekend, 0 within a session. */
export const closedDays: Feature = {
  name: 'closedDays',
  family: 'calendar',
  version: 1,
  lookback: 2,
  needsContext: false,
  compute: ({ bars: { ts } }) =>
    ts.map((stamp, i) =>
      i === 0 ? NaN : Math.max(0, dayNumberOf(stamp) - dayNumberOf(ts[i - 1]) - 1),
    ),
};
