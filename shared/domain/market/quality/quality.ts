import { addDays, type Interval, type TradingDay } from '../../../contracts/time.ts';
import type { Bars } from '../bars/bars.ts';
import type { Calendar, InstrumentClass } from '../calendar/calendar.ts';
import { dayOf } from '../calendar/exchange-time.ts';
import type { QuarantinedBar } from '../bars/quarantine.ts';
import { judgedBars } from '../bars/received-bars.ts';
import { dailyAgainstIntraday } from './daily-against-intraday.ts';
import type { Flaw, QualityRule } from './flaw.ts';
import { moveFlaws } from './moves.ts';
import { staleFlaws } from './stale-runs.ts';
import { copiedDayFlaws, openingFlaws } from './vendor-traits.ts';

/** A flaw and the series that has it. */
export interface Finding extends Flaw {
  readonly symbol: string;
  readonly interval: Interval;
  /** `<source>-<adjustment>`. */
  readonly series: string;
}

/** One series to be judged, and what it is judged by. */
export interface AuditedSeries {
  readonly series: string;
  readonly bars: Bars;
  /** Whose hours the bars keep. */
  readonly instrumentClass: InstrumentClass;
  /** Rows that were set aside when they were received. */
  readonly quarantined: readonly QuarantinedBar[];
  /** Daily bars of the same symbol, adjusted alike; absent where there are none. */
  readonly daily?: Bars;
  /** Whether a confirmed corporate action has this ex-date. */
  isExplained(day: TradingDay): boolean;
}

/**
 * Judges one series by every rule.
 *
 * @returns what is wrong with it, rule by rule and in order of time; bars that break a rule of the
 *   door are judged by no other
 */
export function findings(audited: AuditedSeries, calendar: Calendar): Finding[] {
  const { series, bars: stored, quarantined, daily, instrumentClass } = audited;
  const { bars, faults } = judgedBars(stored, calendar, instrumentClass);
  const flaws = [
    ...groupedRows(
      faults.map(({ row, rule, message }) => ({ ts: stored.ts[row], rule, reason: message })),
    ),
    ...groupedRows(quarantined.map(({ ts, reason }) => ({ ts, rule: 'quarantined', reason }))),
    ...moveFlaws(bars, calendar, (day) => audited.isExplained(day)),
    ...staleFlaws(bars),
    ...copiedDayFlaws(bars),
    ...openingFlaws(bars),
    ...(daily === undefined || bars.interval === '1d'
      ? []
      : dailyAgainstIntraday(judgedBars(daily, calendar).bars, bars, calendar, instrumentClass)),
  ];
  return flaws.map((flaw) => ({
    symbol: stored.symbol,
    interval: stored.interval,
    series,
    ...flaw,
  }));
}

interface BadRow {
  readonly ts: number;
  readonly rule: QualityRule;
  readonly reason: string;
}

/** Rows that are bad for like reasons as one flaw: reasons are alike but for the values they quote. */
function groupedRows(rows: readonly BadRow[]): Flaw[] {
  const alike = Map.groupBy(rows, ({ rule, reason }) => rule + reason.replaceAll(/"[^"]*"/g, ''));
  return [...alike.values()].map((group) => {
    const days = group.flatMap(({ ts }) => (Number.isNaN(ts) ? [] : [dayOf(ts)])).sort();
    const [{ rule, reason }] = group;
    return {
      rule,
      ...(days.length === 0 ? {} : { from: days[0], to: addDays(days[days.length - 1], 1) }),
      count: group.length,
      detail: reason,
    };
  });
}
