import { InputError } from '../../../contracts/errors.ts';
import type { Bars } from '../../market/bars/bars.ts';
import { intervalMs } from '../../market/calendar/interval.ts';
import { barrierUnit } from './barrier-unit.ts';
import { checkedHorizon, unknownLabels, type LabelColumns } from './label-columns.ts';

/** Where the barriers stand. */
export interface TripleBarrierOptions {
  /** Bars from the buying open to the selling one, where no barrier is touched; at least 1. */
  readonly horizon: number;
  /** Distance of the upper barrier from the entry in deviations of one bar's return, above 0. */
  readonly up: number;
  /** Distance of the lower one, above 0. */
  readonly down: number;
  /** Returns that the deviation is measured on, at least 2. */
  readonly lookback: number;
}

/** Barriers of two deviations: about one in √5 bars, which a walk of five touches half the time. */
export const defaultTripleBarrierOptions: TripleBarrierOptions = {
  horizon: 5,
  up: 2,
  down: 2,
  lookback: 20,
};

/** How a position ended. */
interface Exit {
  readonly label: 0 | 1;
  /** Rupees a share, dividends among them. */
  readonly value: number;
  readonly endTs: number;
}

/**
 * Labels each bar by which barrier a position meets first: bought at the next open, sold at the
 * upper barrier (1), at the lower one (0), or at the open `horizon` bars later (1 if it gained).
 *
 * A bar that opens beyond a barrier is sold at its open: nobody fills at a price that was skipped.
 * Of a bar that holds both, nobody knows which came first: it is a loss. Dividends belong to the
 * position from their ex-date on, so that going ex is no loss. A touch is known at the touching
 * bar's end: its last millisecond, as `[from, to)` has it; an open at its stamp.
 *
 * @param bars - n bars of one symbol and interval, ascending
 * @returns n labels; unknown where the bars end first, and where prices stood still or are too few to
 *   measure a deviation
 * @throws InputError if an option is out of bounds
 * @see López de Prado, Advances in Financial Machine Learning (2018), § 3.4
 */
export function tripleBarrierLabels(bars: Bars, options: TripleBarrierOptions): LabelColumns {
  checkOptions(options);
  const { labels, returns, ends } = unknownLabels(bars.ts.length);
  const unit = barrierUnit(bars, options.lookback);
  for (let t = 0; t + 1 < bars.ts.length; t++) {
    if (!(unit[t] > 0)) continue;
    const entry = bars.open[t + 1];
    const exit = firstExit(bars, t + 1, options, unit[t]);
    if (exit === undefined) continue;
    labels[t] = exit.label;
    returns[t] = exit.value / entry - 1;
    ends[t] = exit.endTs;
  }
  return { labels, returns, ends };
}

/** How a position bought at the open of bar `bought` ends; undefined where the bars end first. */
function firstExit(
  bars: Bars,
  bought: number,
  { horizon, up, down }: TripleBarrierOptions,
  unit: number,
): Exit | undefined {
  const { ts, open, high, low, cash } = bars;
  const entry = open[bought];
  const upper = entry * Math.exp(up * unit);
  const lower = entry * Math.exp(-down * unit);
  const lastMs = intervalMs[bars.interval] - 1;
  let paid = 0;
  for (let i = bought; i < ts.length; i++) {
    // The buyer of a bar's open is too late for what goes ex at that bar.
    if (i > bought) paid += cash?.[i] ?? 0;
    const opening = open[i] + paid;
    if (i === bought + horizon)
      return { label: opening > entry ? 1 : 0, value: opening, endTs: ts[i] };
    const endTs = ts[i] + lastMs;
    if (low[i] + paid <= lower && opening < upper)
      return { label: 0, value: Math.min(opening, lower), endTs };
    if (high[i] + paid >= upper) return { label: 1, value: Math.max(opening, upper), endTs };
  }
  return undefined;
}

function checkOptions({ horizon, up, down, lookback }: TripleBarrierOptions): void {
  checkedHorizon(horizon);
  for (const [side, width] of [
    ['upper', up],
    ['lower', down],
  ] as const)
    if (!(width > 0 && Number.isFinite(width)))
      throw new InputError(
        `the ${side} barrier stands "${width}" deviations from the entry; it needs a number above "0"`,
        { side, width },
      );
  if (!Number.isInteger(lookback) || lookback < 2)
    throw new InputError(
      `a deviation is measured on "${lookback}" returns; it needs at least "2"`,
      {
        lookback,
      },
    );
}
