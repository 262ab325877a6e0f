import { DataError, InputError } from '../../../contracts/errors.ts';
import { addDays, type EpochMs, type Interval, type TradingDay } from '../../../contracts/time.ts';
import { dayOf, dayStart } from './exchange-time.ts';
import { intervalMs } from './interval.ts';

/** How a session runs. */
export const sessionTemplates = [
  'regular',
  'regular-with-cas',
  'muhurat',
  // The exchange moves to its second site between two sessions of one day.
  'dr-drill',
  // Trading stopped for a time: a market-wide circuit breaker, or the exchange's systems failed.
  'halted',
  'special-full-day',
] as const;
export type SessionTemplate = (typeof sessionTemplates)[number];

/** Which hours an instrument keeps: the closing auction is for stocks with derivatives. */
export const instrumentClasses = ['derivatives', 'cash'] as const;
export type InstrumentClass = (typeof instrumentClasses)[number];

/** Days `[from, to)` as instruments of one class trade them. */
export interface ClassSpan {
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly instrumentClass: InstrumentClass;
}

/** Minutes after midnight at the exchange: when the closing auction has matched. */
const auctionEnd = 15 * 60 + 35;
/** When continuous trading ends without an auction. */
const usualClose = 15 * 60 + 30;

/** One session as the reference file tells it, for stocks with derivatives. */
export interface SessionRow {
  readonly day: TradingDay;
  readonly template: SessionTemplate;
  /** Continuous trading `[open, close)`, in minutes after midnight at the exchange. */
  readonly open: number;
  readonly close: number;
  /** No trading in `[from, to)`, in whole five minutes from the open; absent where it went on. */
  readonly pause?: readonly [from: number, to: number];
}

/** A session in time. */
export interface Session {
  readonly day: TradingDay;
  readonly template: SessionTemplate;
  readonly open: EpochMs;
  /** End of continuous trading. */
  readonly close: EpochMs;
  /** Continuous trading `[start, end)`: one span, two where trading paused. */
  readonly spans: readonly { readonly start: number; readonly end: number }[];
  /** When the day's bars are final: after the closing auction where there is one, else the close. */
  readonly finalAt: EpochMs;
}

/** The exchange's sessions. A day outside the covered years is an InputError, never a guess. */
export interface Calendar {
  /** First covered day. */
  readonly from: TradingDay;
  /** Day after the last covered one. */
  readonly to: TradingDay;
  /** Whether the calendar knows what happened on `day`. */
  covers(day: TradingDay): boolean;
  /** Sessions in `[from, to)`, ascending. */
  sessions(from: TradingDay, to: TradingDay): readonly TradingDay[];
  /** The session of a day, default `derivatives`; undefined where the exchange was closed. */
  session(day: TradingDay, instrumentClass?: InstrumentClass): Session | undefined;
  /** Why no regular session was held on `day`, in the exchange's words; undefined where unknown. */
  closure(day: TradingDay): string | undefined;
  /** The last session before `day`, whether `day` is one or not. */
  lastSessionBefore(day: TradingDay): TradingDay;
  /** The first session after `day`, whether `day` is one or not. */
  nextSession(day: TradingDay): TradingDay;
  /** Bars of a symbol traded all day, default `derivatives`; 0 where the exchange was closed. */
  expectedBars(day: TradingDay, interval: Interval, instrumentClass?: InstrumentClass): number;
  /** The last session whose bars were final at `nowMs`, default `derivatives`: the later ones. */
  lastClosedSession(nowMs: number, instrumentClass?: InstrumentClass): TradingDay;
}

/**
 * Makes a calendar of sessions.
 *
 * @param rows - every session of each year they touch, ascending
 * @param closures - why days without a regular session were none
 * @throws DataError if there are none, their days do not ascend, or their hours are none
 */
export function calendarOf(
  rows: readonly SessionRow[],
  closures: ReadonlyMap<TradingDay, string> = new Map(),
): Calendar {
  if (rows.length === 0) throw new DataError('a calendar needs at least one session');
  const sessions: Readonly<Record<InstrumentClass, readonly Session[]>> = {
    derivatives: rows.map(sessionOf),
    cash: rows.map((row) => sessionOf(cashRow(row))),
  };
  const days = rows.map((row) => row.day);
  const indexOf = new Map(days.map((day, index) => [day, index]));
  for (let i = 1; i < days.length; i++)
    if (!(days[i] > days[i - 1]))
      throw new DataError(`session "${days[i]}" does not come after "${days[i - 1]}"`);
  const from = `${days[0].slice(0, 4)}-01-01` as TradingDay;
  const to = `${Number(days[days.length - 1].slice(0, 4)) + 1}-01-01` as TradingDay;

  const uncovered = (what: string): InputError =>
    new InputError(
      `${what} lies outside the calendar, which covers "${from}" to "${addDays(to, -1)}"`,
      { from, to },
    );
  /** Index of the first session at or after a day in `[from, to]`; n where there is none. */
  const firstAtOrAfter = (day: TradingDay): number => {
    if (day < from || day > to) throw uncovered(`"${day}"`);
    let low = 0;
    let high = days.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (days[middle] < day) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  const covers = (day: TradingDay): boolean => day >= from && day < to;
  const session = (
    day: TradingDay,
    instrumentClass: InstrumentClass = 'derivatives',
  ): Session | undefined => {
    if (!covers(day)) throw uncovered(`"${day}"`);
    const index = indexOf.get(day);
    return index === undefined ? undefined : sessions[instrumentClass][index];
  };
  const lastSessionBefore = (day: TradingDay): TradingDay => {
    const index = firstAtOrAfter(day) - 1;
    if (index < 0) throw uncovered(`the session before "${day}"`);
    return days[index];
  };

  return {
    from,
    to,
    covers,
    session,
    closure: (day) => closures.get(day),
    lastSessionBefore,
    sessions(first, end) {
      if (first > end) throw new InputError(`"${first}" comes after "${end}"`);
      return days.slice(firstAtOrAfter(first), firstAtOrAfter(end));
    },
    nextSession(day) {
      const index = firstAtOrAfter(day);
      const next = days[index] === day ? index + 1 : index;
      if (next === days.length) throw uncovered(`the session after "${day}"`);
      return days[next];
    },
    expectedBars(day, interval, instrumentClass) {
      const found = session(day, instrumentClass);
      if (found === undefined) return 0;
      if (interval === '1d') return 1;
      return found.spans.reduce(
        (bars, { start, end }) => bars + Math.floor((end - start) / intervalMs[interval]),
        0,
      );
    },
    lastClosedSession(nowMs, instrumentClass) {
      const today = dayOf(nowMs);
      const found = session(today, instrumentClass);
      return found !== undefined && nowMs >= found.finalAt ? today : lastSessionBefore(today);
    },
  };
}

/** The same day for stocks without derivatives: they trade on while the others' auction runs. */
function cashRow(row: SessionRow): SessionRow {
  return row.template === 'regular-with-cas'
    ? { ...row, template: 'regular', close: usualClose }
    : row;
}

function sessionOf({ day, template, open, close, pause }: SessionRow): Session {
  if (!(open < close)) throw new DataError(`session "${day}" closes before it opens`);
  if (pause !== undefined && !isWithin(pause, open, close))
    throw new DataError(
      `the pause of session "${day}" should lie within its hours and last whole five minutes`,
    );
  const midnight = dayStart(day);
  const at = (minutes: number): EpochMs => (midnight + minutes * 60_000) as EpochMs;
  const spans =
    pause === undefined
      ? [{ start: at(open), end: at(close) }]
      : [
          { start: at(open), end: at(pause[0]) },
          { start: at(pause[1]), end: at(close) },
        ];
  return {
    day,
    template,
    open: at(open),
    close: at(close),
    spans,
    finalAt: at(template === 'regular-with-cas' ? auctionEnd : close),
  };
}

function isWithin([from, to]: readonly [number, number], open: number, close: number): boolean {
  return open < from && from < to && to < close && (from - open) % 5 === 0 && (to - open) % 5 === 0;
}
