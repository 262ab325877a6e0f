import type { TradingDay } from '../../../contracts/time.ts';

/**
 * What can be wrong with a series: rows that should not be there or were set aside, prices that
 * jump or stand still, what vendors are known for, and what another interval says otherwise.
 */
export type QualityRule =
  | 'unsound-bar'
  | 'outside-session'
  | 'duplicate'
  | 'quarantined'
  | 'large-move'
  | 'wrong-instrument'
  | 'stale-run'
  | 'copied-day'
  | 'no-opening-volume'
  | 'daily-against-intraday';

/** Something wrong with a series, as far as its bars tell. */
export interface Flaw {
  readonly rule: QualityRule;
  /** The days it was seen on, half-open; absent for rows without a time. */
  readonly from?: TradingDay;
  readonly to?: TradingDay;
  /** Bars it concerns; sessions where the rule is about sessions. */
  readonly count: number;
  /** The first of it, with the numbers that show it. */
  readonly detail: string;
}
