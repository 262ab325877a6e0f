import type { Interval } from '../../../contracts/time.ts';
import type { Bars } from './bars.ts';
import { dayOf, dayStart } from '../calendar/exchange-time.ts';
import { intervalMs } from '../calendar/interval.ts';
import { columnsOf } from './merged-bars.ts';

/**
 * Bars of a longer interval: open of the first, highest high, lowest low, close of the last, shares
 * of all. An interval without a bar has none; one that is cut short counts as it is.
 *
 * @param bars - ascending, of an interval that divides the longer one
 * @param interval - the longer one; its bars begin on the wall clock's multiples, `1d` at midnight
 */
export function aggregatedBars(bars: Bars, interval: Interval): Bars {
  const rows = bars.ts.length;
  const made = { symbol: bars.symbol, interval, ...columnsOf(() => new Float64Array(rows)) };
  const startOf = starts(interval);
  let n = 0;
  for (let i = 0; i < rows; i++) {
    const start = startOf(bars.ts[i]);
    if (n === 0 || made.ts[n - 1] !== start) {
      for (const name of ['open', 'high', 'low'] as const) made[name][n] = bars[name][i];
      made.ts[n] = start;
      n++;
    }
    made.high[n - 1] = Math.max(made.high[n - 1], bars.high[i]);
    made.low[n - 1] = Math.min(made.low[n - 1], bars.low[i]);
    made.close[n - 1] = bars.close[i];
    made.volume[n - 1] += bars.volume[i];
  }
  return { ...made, ...columnsOf((name) => made[name].slice(0, n)) };
}

/** When the bar began that a time falls into. The exchange's offset is a multiple of five minutes. */
function starts(interval: Interval): (ts: number) => number {
  const ms = intervalMs[interval];
  if (interval !== '1d') return (ts) => ts - (ts % ms);
  let midnight = NaN;
  return (ts) => {
    if (!(ts >= midnight && ts < midnight + ms)) midnight = dayStart(dayOf(ts));
    return midnight;
  };
}
