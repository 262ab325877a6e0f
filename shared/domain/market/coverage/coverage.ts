import type { GapReason } from '../../../contracts/gaps.ts';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { firstAtOrAfter, type Bars } from '../bars/bars.ts';
import type { Calendar, ClassSpan } from '../calendar/calendar.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import type { EmptyAnswer, SeriesPresence } from './presence.ts';

/** How much of what should exist exists. */
export interface Coverage {
  /** Bars of every session in the span. */
  readonly expectedBars: number;
  /** Those of them that exist. */
  readonly presentBars: number;
  /** Their ratio, in [0, 1]; 1 where nothing is expected, since nothing is missing. */
  readonly coverage: number;
}

/**
 * Counts the bars of a span against its sessions.
 *
 * A bar outside continuous trading, of a closing auction for one, is not counted as present.
 *
 * @throws InputError if the span leaves the calendar
 */
export function coverage(
  bars: Bars,
  calendar: Calendar,
  { from, to, instrumentClass }: ClassSpan,
): Coverage {
  let expectedBars = 0;
  let presentBars = 0;
  for (const day of calendar.sessions(from, to)) {
    expectedBars += calendar.expectedBars(day, bars.interval, instrumentClass);
    if (bars.interval === '1d') {
      const midnight = dayStart(day);
      if (bars.ts[firstAtOrAfter(bars, midnight)] === midnight) presentBars++;
    } else
      for (const { start, end } of calendar.session(day, instrumentClass)?.spans ?? [])
        presentBars += firstAtOrAfter(bars, end) - firstAtOrAfter(bars, start);
  }
  return coverageOf(expectedBars, presentBars);
}

/** Two counts and their ratio. */
export function coverageOf(expectedBars: number, presentBars: number): Coverage {
  const share = expectedBars === 0 ? 1 : presentBars / expectedBars;
  return { expectedBars, presentBars, coverage: share };
}

/** Bars missing for one reason in neighbouring sessions. */
export interface Gap {
  /** Days, half-open: from the first such session to the day after the last. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly bars: number;
  readonly reason: GapReason;
}

/** How much of a series exists, and what does not. */
export interface SeriesCoverage extends Coverage {
  /** By their first day; a session that lacks bars for two reasons lies in two of them. */
  readonly gaps: readonly Gap[];
}

/** What coverage asks of a calendar. */
type ExpectedBars = Pick<Calendar, 'sessions' | 'expectedBars'>;

/**
 * Holds the counts of a series against the sessions of a span, without its bars.
 *
 * Of a session's missing bars as many are quarantined as rows are set aside; the rest has the reason
 * that the source gave last for that day. Where it was never asked they are not fetched, also in a
 * session of which it has other bars: only an answer proves that the vendor has no more.
 *
 * @throws InputError if the span leaves the calendar
 */
export function seriesCoverage(
  presence: SeriesPresence,
  calendar: ExpectedBars,
  { from, to, instrumentClass }: ClassSpan,
): SeriesCoverage {
  const { interval, days, answers } = presence;
  const first = dayNumber(days.from);
  const quarantined = new Map(presence.quarantined.map(({ day, bars }) => [day, bars]));
  const gaps = openGaps();
  let expectedBars = 0;
  let presentBars = 0;
  for (const day of calendar.sessions(from, to)) {
    const expected = calendar.expectedBars(day, interval, instrumentClass);
    const present = Math.min(expected, days.bars[dayNumber(day) - first] ?? 0);
    expectedBars += expected;
    presentBars += present;
    const aside = Math.min(expected - present, quarantined.get(day) ?? 0);
    const rest = expected - present - aside;
    if (aside > 0) gaps.add('quarantined', day, aside);
    if (rest > 0) gaps.add(reasonOf(answers, day), day, rest);
    gaps.endSession();
  }
  return { ...coverageOf(expectedBars, presentBars), gaps: gaps.all() };
}

/** Why a day's bars are missing, as the source said last. */
function reasonOf(answers: readonly EmptyAnswer[], day: TradingDay): GapReason {
  let last: EmptyAnswer | undefined;
  for (const answer of answers)
    if (answer.from <= day && day < answer.to && answer.askedAt >= (last?.askedAt ?? -Infinity))
      last = answer;
  return last?.reason ?? 'not-fetched';
}

/** Gaps that grow while the session after lacks bars for the same reason. */
function openGaps() {
  const gaps: Gap[] = [];
  /** Places in `gaps` of those that the session before, and this one, belong to. */
  let before = new Map<GapReason, number>();
  let now = new Map<GapReason, number>();
  return {
    add(reason: GapReason, day: TradingDay, bars: number): void {
      const place = now.get(reason) ?? before.get(reason) ?? gaps.length;
      const gap = gaps.at(place) ?? { from: day, bars: 0 };
      gaps[place] = { from: gap.from, to: day, bars: gap.bars + bars, reason };
      now.set(reason, place);
    },
    endSession(): void {
      before = now;
      now = new Map();
    },
    all: (): readonly Gap[] => gaps.map((gap) => ({ ...gap, to: addDays(gap.to, 1) })),
  };
}

/** Days since 1970, remembered: a report asks for each session once a series. */
const dayNumbers = new Map<TradingDay, number>();
function dayNumber(day: TradingDay): number {
  let number = dayNumbers.get(day);
  if (number === undefined) dayNumbers.set(day, (number = Date.parse(`${day}T00:00:00Z`) / 864e5));
  return number;
}
