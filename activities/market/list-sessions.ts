import { intervals, type Interval, type TradingDay } from '../../shared/contracts/time.ts';
import {
  instrumentClasses,
  type InstrumentClass,
  type SessionTemplate,
} from '../../shared/domain/market/calendar/calendar.ts';
import { clockOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import type { World } from '../../shared/runtime/world.ts';

/** A session as people read it. */
export interface ListedSession {
  readonly day: TradingDay;
  readonly template: SessionTemplate;
  /** Continuous trading of stocks with derivatives, exchange time `HH:MM`. */
  readonly hours: readonly { readonly from: string; readonly to: string }[];
  /** When the day's bars are final, exchange time. */
  readonly finalAt: string;
  /** The holiday on which it is held. */
  readonly holiday?: string;
  /** Bars of a symbol traded all day. */
  readonly expectedBars: Readonly<Record<InstrumentClass, Readonly<Record<Interval, number>>>>;
}

/**
 * Lists the sessions of `[from, to)`.
 *
 * @throws InputError if the span leaves the calendar
 */
export function listSessions(
  { calendar }: Pick<World, 'calendar'>,
  from: TradingDay,
  to: TradingDay,
): ListedSession[] {
  // An empty span outside the calendar holds no sessions, which would read as a year without any.
  calendar.session(from);
  return calendar.sessions(from, to).flatMap((day): ListedSession[] => {
    const session = calendar.session(day);
    if (session === undefined) return [];
    const holiday = calendar.closure(day);
    const expected = (instrumentClass: InstrumentClass) =>
      recordOf(intervals, (interval) => calendar.expectedBars(day, interval, instrumentClass));
    return [
      {
        day,
        template: session.template,
        hours: session.spans.map(({ start, end }) => ({ from: clockOf(start), to: clockOf(end) })),
        finalAt: clockOf(session.finalAt),
        ...(holiday === undefined ? {} : { holiday }),
        expectedBars: recordOf(instrumentClasses, expected),
      },
    ];
  });
}

function recordOf<const Key extends string, Value>(
  keys: readonly Key[],
  valueOf: (key: Key) => Value,
): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>;
}
