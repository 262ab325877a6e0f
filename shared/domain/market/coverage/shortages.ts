import { addDays, daysBetween, type TradingDay } from '../../../contracts/time.ts';
import type { Calendar, ClassSpan } from '../calendar/calendar.ts';
import { dayOf } from '../calendar/exchange-time.ts';
import type { EmptyAnswer, SeriesPresence } from './presence.ts';

/** A session that lacks bars of a series. */
export interface Shortage {
  readonly day: TradingDay;
  /** Bars that a symbol traded all day has. */
  readonly expected: number;
  readonly present: number;
}

/** A series as far as shortages depend on it; one that does not exist yet lacks everything. */
export type KnownPresence = Pick<SeriesPresence, 'interval' | 'days' | 'answers'>;

/**
 * Sessions of a span that lack bars, ascending.
 *
 * @throws InputError if the span leaves the calendar
 */
export function shortages(
  { interval, days }: KnownPresence,
  calendar: Calendar,
  { from, to, instrumentClass }: ClassSpan,
): Shortage[] {
  return calendar.sessions(from, to).flatMap((day) => {
    const expected = calendar.expectedBars(day, interval, instrumentClass);
    const present = days.bars[daysBetween(days.from, day)] ?? 0;
    return present < expected ? [{ day, expected, present }] : [];
  });
}

/** A gap is asked for at least this often, in days. */
const longestRest = 64;

/**
 * Whether a session that a source could not fill is asked for again: the next day, then after 2, 4,
 * 8 days and so on, where it was asked each time it was due. What a vendor does not have is hardly
 * ever there later, and each try costs a request of the day's quota.
 *
 * Goes by the first and the last asking only, since a compaction keeps no others: after 1, 2, 4 and 8
 * days the first lies one day less than the next rest behind the last.
 *
 * @param today - by the source's clock
 */
export function isDue(
  day: TradingDay,
  answers: KnownPresence['answers'],
  today: TradingDay,
): boolean {
  const asked = answers.filter((one) => isInside(day, one)).map(({ askedAt }) => dayOf(askedAt));
  if (asked.length === 0) return true;
  asked.sort();
  const [first, last] = [asked[0], asked[asked.length - 1]];
  return today >= addDays(last, Math.min(longestRest, daysBetween(first, last) + 1));
}

/**
 * Whether a source was asked in vain for the daily bar of `day` and has none before it either: then
 * the symbol was not listed yet, or the source knows it by another code, and its minutes are not
 * asked for. A daily series that only begins later, unasked, proves nothing.
 *
 * @param daily - of the same source
 */
export function isBeforeFirstBar(
  day: TradingDay,
  { days, answers }: Pick<KnownPresence, 'days' | 'answers'>,
): boolean {
  const hasEarlier = days.bars.length > 0 && days.from <= day;
  const inVain = (one: EmptyAnswer): boolean => one.reason !== 'quarantined' && isInside(day, one);
  return !hasEarlier && answers.some(inVain);
}

function isInside(day: TradingDay, { from, to }: EmptyAnswer): boolean {
  return day >= from && day < to;
}
