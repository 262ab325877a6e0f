import { addDays, daysBetween, type Interval, type TradingDay } from '../../../contracts/time.ts';
import type { Bars } from '../bars/bars.ts';
import type { Calendar, InstrumentClass, Session } from './calendar.ts';
import { clockOf, dayOf } from './exchange-time.ts';

/** How bars can contradict the calendar. */
export const contradictionKinds = ['not-covered', 'closed', 'missing', 'too-many'] as const;
export type ContradictionKind = (typeof contradictionKinds)[number];

/** Bars of one series on one day. */
export interface DayBars {
  readonly bars: number;
  /** Those with volume. */
  readonly traded: number;
}

/** The days on which a series has bars, as a source gave them. */
export interface SeriesDays {
  readonly symbol: string;
  readonly instrumentClass: InstrumentClass;
  /** An index has no volume of its own, which says nothing then. */
  readonly isIndex: boolean;
  /** Ascending. */
  readonly days: ReadonlyMap<TradingDay, DayBars>;
}

/** One day on which bars and calendar do not agree. */
export interface Contradiction {
  readonly kind: ContradictionKind;
  /** The day; the first of a year where the calendar knows none of it. */
  readonly day: TradingDay;
  /** Whom it concerns: who has the bars, or who should and has none. */
  readonly symbols: readonly string[];
  /** Series that trade then, as far as they tell: the day lies within a stretch of theirs. */
  readonly trading: number;
  /** Bars of the day expected and, at most, found, where there are too many. */
  readonly expected?: number;
  readonly found?: number;
  /** Absent where none is known: then calendar or bars are wrong. */
  readonly explanation?: string;
}

/** How far series of one interval agree with the calendar. */
export interface CalendarComparison {
  readonly series: number;
  /** From the first day with a bar to the day after the last. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  /** Sessions within a stretch of some series. */
  readonly sessions: number;
  /** Those of them on which some series has bars. */
  readonly confirmed: number;
  readonly contradictions: readonly Contradiction[];
}

/**
 * Days without a bar that end a stretch: the exchange never rests so long, and what nobody fetched
 * says nothing about it.
 */
const holeDays = 14;

/** Counts a series' bars by day. */
export function daysOf({ ts, volume }: Pick<Bars, 'ts' | 'volume'>): Map<TradingDay, DayBars> {
  const days = new Map<TradingDay, DayBars>();
  for (let i = 0; i < ts.length; i++) {
    const day = dayOf(ts[i]);
    const { bars, traded } = days.get(day) ?? { bars: 0, traded: 0 };
    days.set(day, { bars: bars + 1, traded: traded + Number(volume[i] > 0) });
  }
  return new Map([...days].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * Compares series of one interval with the calendar, day by day: bars on a day that is no session,
 * sessions on which fewer than half of the series that trade then have bars, days with more bars
 * than the session has room for. What is merely incomplete is a matter of coverage.
 *
 * @param series - at least one, with at least one day each
 */
export function calendarComparison(
  series: readonly SeriesDays[],
  interval: Interval,
  calendar: Calendar,
): CalendarComparison {
  const byDay = new Map<TradingDay, SeriesDays[]>();
  for (const one of series)
    for (const day of one.days.keys()) byDay.set(day, [...(byDay.get(day) ?? []), one]);
  const days = [...byDay.keys()].toSorted();
  const [from, to] = [days[0], addDays(days[days.length - 1], 1)];
  const stretches = series.map(stretchesOf);
  const tradingOn = (day: TradingDay): SeriesDays[] =>
    series.filter((_, i) => stretches[i].some(({ first, last }) => first <= day && day <= last));
  const sessions = calendar
    .sessions(clamped(from, calendar), clamped(to, calendar))
    .filter((day) => tradingOn(day).length > 0);

  const contradictions: Contradiction[] = [...notCovered(byDay, calendar)];
  for (const day of days)
    if (calendar.covers(day) && calendar.session(day) === undefined)
      contradictions.push(closed(day, byDay.get(day) ?? [], tradingOn(day).length, calendar));
  for (const day of sessions) {
    const present = byDay.get(day) ?? [];
    const trading = tradingOn(day);
    if (present.length * 2 < trading.length)
      contradictions.push(missing(day, present, trading, calendar));
    const crowded = tooMany(day, present, interval, calendar);
    if (crowded !== undefined) contradictions.push({ ...crowded, trading: trading.length });
  }
  return {
    series: series.length,
    from,
    to,
    sessions: sessions.length,
    confirmed: sessions.filter((day) => byDay.has(day)).length,
    contradictions: contradictions.sort((a, b) => (a.day < b.day ? -1 : 1)),
  };
}

/** Where a series has bars without a hole that ends it. */
function stretchesOf({ days }: SeriesDays): { first: TradingDay; last: TradingDay }[] {
  const stretches: { first: TradingDay; last: TradingDay }[] = [];
  for (const day of days.keys()) {
    const latest = stretches.at(-1);
    if (latest !== undefined && daysBetween(latest.last, day) <= holeDays) latest.last = day;
    else stretches.push({ first: day, last: day });
  }
  return stretches;
}

function clamped(day: TradingDay, { from, to }: Calendar): TradingDay {
  if (day < from) return from;
  return day > to ? to : day;
}

/** One contradiction a year that the calendar does not know. */
function notCovered(
  byDay: ReadonlyMap<TradingDay, readonly SeriesDays[]>,
  calendar: Calendar,
): Contradiction[] {
  const years = new Map<string, { day: TradingDay; symbols: Set<string> }>();
  for (const [day, present] of byDay) {
    if (calendar.covers(day)) continue;
    const known = years.get(day.slice(0, 4)) ?? { day, symbols: new Set() };
    for (const { symbol } of present) known.symbols.add(symbol);
    years.set(day.slice(0, 4), { ...known, day: day < known.day ? day : known.day });
  }
  return [...years.values()].map(({ day, symbols }) => ({
    kind: 'not-covered',
    day,
    symbols: [...symbols].toSorted(),
    trading: symbols.size,
    explanation: `the calendar covers "${calendar.from}" to "${addDays(calendar.to, -1)}"`,
  }));
}

function closed(
  day: TradingDay,
  present: readonly SeriesDays[],
  trading: number,
  calendar: Calendar,
): Contradiction {
  const why = calendar.closure(day);
  const isWeekend = [0, 6].includes(new Date(day).getUTCDay());
  const stocks = present.filter(({ isIndex }) => !isIndex);
  const isMadeUp = stocks.length > 0 && stocks.every(({ days }) => days.get(day)?.traded === 0);
  const reason = why ?? (isWeekend ? 'a weekend' : undefined);
  // A weekend is listed among the holidays only where a session is due.
  let explanation = isWeekend ? why : undefined;
  if (isMadeUp)
    explanation = `no bar has volume: the source made them up (${reason ?? 'no session'})`;
  return {
    kind: 'closed',
    day,
    symbols: symbolsOf(present),
    trading,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function missing(
  day: TradingDay,
  present: readonly SeriesDays[],
  trading: readonly SeriesDays[],
  calendar: Calendar,
): Contradiction {
  const session = calendar.session(day);
  let explanation: string | undefined;
  if (present.length > 0)
    explanation = `"${present.length}" series have it: the exchange traded, the source left it out`;
  else if (session !== undefined && isSpecial(session))
    explanation = `a session of template "${session.template}", ${hoursOf(session)}: some sources leave such out`;
  return {
    kind: 'missing',
    day,
    symbols: symbolsOf(trading.filter((one) => !present.includes(one))),
    trading: trading.length,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function tooMany(
  day: TradingDay,
  present: readonly SeriesDays[],
  interval: Interval,
  calendar: Calendar,
): Omit<Contradiction, 'trading'> | undefined {
  const expectedOf = ({ instrumentClass }: SeriesDays): number =>
    calendar.expectedBars(day, interval, instrumentClass);
  const foundOf = ({ days }: SeriesDays): number => days.get(day)?.bars ?? 0;
  const crowded = present.filter((one) => foundOf(one) > expectedOf(one));
  if (crowded.length === 0) return undefined;
  const session = calendar.session(day, crowded[0].instrumentClass);
  const found = Math.max(...crowded.map(foundOf));
  let explanation: string | undefined;
  if (
    session?.template === 'regular-with-cas' &&
    found <= calendar.expectedBars(day, interval, 'cash')
  )
    explanation = `rows from ${clockOf(session.close)} are the closing auction's: padding and its print`;
  else if (session !== undefined && session.spans.length > 1 && interval !== '1d')
    explanation = `trading paused, ${hoursOf(session)}: the source filled the pause`;
  return {
    kind: 'too-many',
    day,
    symbols: symbolsOf(crowded),
    expected: expectedOf(crowded[0]),
    found,
    ...(explanation === undefined ? {} : { explanation }),
  };
}

function isSpecial({ day, template }: Session): boolean {
  return !template.startsWith('regular') || [0, 6].includes(new Date(day).getUTCDay());
}

function hoursOf({ spans }: Session): string {
  return spans.map(({ start, end }) => `${clockOf(start)} to ${clockOf(end)}`).join(' and ');
}

function symbolsOf(series: readonly SeriesDays[]): string[] {
  return series.map(({ symbol }) => symbol).toSorted();
}
