import { InputError } from '../../../contracts/errors.ts';
import type { Bars } from '../../market/bars/bars.ts';
import type { Calendar, InstrumentClass, Session } from '../../market/calendar/calendar.ts';
import { dayOf } from '../../market/calendar/exchange-time.ts';
import { intervalMs } from '../../market/calendar/interval.ts';
import { checkedHorizon, unknownLabels, type LabelColumns } from './label-columns.ts';
import { squareOff } from './square-off.ts';

/** What an intraday label asks. */
export interface IntradayLabelOptions {
  /** Bars from the buying open to the selling one, at least 1. */
  readonly horizon: number;
  /** What a gain must exceed to be labelled 1, in basis points of the entry price. */
  readonly costBps: number;
  readonly calendar: Calendar;
  /** The hours the instrument keeps; absent means those of stocks with derivatives. */
  readonly instrumentClass?: InstrumentClass;
}

/** Where a position may be held: continuous trading up to square-off, `[start, end]`. */
interface Holdable {
  readonly start: number;
  readonly end: number;
}

/**
 * Labels each intraday bar by whether buying at the next bar's open and selling `horizon` bars later,
 * at that bar's open, pays for a round trip.
 *
 * A position lives within one stretch of trading: neither overnight, nor across a pause, nor past
 * square-off. Time is the clock's, not a count of bars: where the bar to buy or to sell at is
 * missing there is no label, since a later bar would be another bet.
 *
 * @param bars - n intraday bars of one symbol, ascending
 * @returns n labels; unknown where the position could not be bought, held or sold
 * @throws InputError if bars are daily, the horizon is out of bounds or fits into none of the
 *   sessions that the bars are of, or a bar lies outside the calendar
 */
export function intradayLabels(bars: Bars, options: IntradayLabelOptions): LabelColumns {
  const horizon = checkedHorizon(options.horizon);
  if (bars.interval === '1d')
    throw new InputError('an intraday label needs intraday bars, but these are daily');
  const { labels, returns, ends } = unknownLabels(bars.ts.length);
  const step = intervalMs[bars.interval];
  const cost = options.costBps / 10_000;
  const holdable = holdableOf(bars, options);
  checkFits(holdable, (horizon + 1) * step, horizon);
  const at = new Map(Array.from(bars.ts, (ts, i) => [ts, i]));
  bars.ts.forEach((ts, t) => {
    const bought = at.get(ts + step);
    const sold = at.get(ts + (1 + horizon) * step);
    const within = holdable.get(dayOf(ts))?.find(({ start, end }) => ts >= start && ts < end);
    if (bought === undefined || sold === undefined || within === undefined) return;
    if (bars.ts[sold] > within.end) return;
    returns[t] = bars.open[sold] / bars.open[bought] - 1;
    labels[t] = Number(returns[t] > cost);
    ends[t] = bars.ts[sold];
  });
  return { labels, returns, ends };
}

function holdableOf(
  bars: Bars,
  { calendar, instrumentClass }: IntradayLabelOptions,
): Map<string, Holdable[]> {
  const days = new Set(Array.from(bars.ts, dayOf));
  return new Map(
    [...days].map((day) => {
      const session = calendar.session(day, instrumentClass);
      return [day, session === undefined ? [] : stretches(session)];
    }),
  );
}

/** A stretch that trading ends before square-off has no open at its very end. */
function stretches(session: Session): Holdable[] {
  const off = squareOff(session);
  return session.spans
    .filter(({ start }) => start < off)
    .map(({ start, end }) => ({ start, end: end > off ? off : end - 1 }));
}

function checkFits(
  holdable: ReadonlyMap<string, readonly Holdable[]>,
  neededMs: number,
  horizon: number,
): void {
  const all = [...holdable.values()].flat();
  if (all.length > 0 && all.every(({ start, end }) => end - start < neededMs))
    throw new InputError(
      `a label of horizon "${horizon}" is longer than every session up to square-off; shorten it`,
      { horizon },
    );
}
