import type { Bars } from '../../market/bars/bars.ts';
import { dayNumberOf } from '../../market/calendar/exchange-time.ts';

/**
 * Volume-weighted average price from an anchor bar to each bar, of the typical price.
 *
 * Sums run from the anchor, and are begun again where the anchor moves: an anchor confirmed k bars
 * late costs k additions, and nothing is left of what was traded before it.
 *
 * @param bars - n bars
 * @param anchors - of each bar, the index of the anchor known by then, at most its own; −1 for none
 * @returns n prices in rupees; NaN without an anchor, and where nothing was traded since it
 */
export function anchoredVwap(
  bars: Pick<Bars, 'high' | 'low' | 'close' | 'volume'>,
  anchors: Int32Array,
): Float64Array {
  const { high, low, close, volume } = bars;
  const averages = new Float64Array(anchors.length).fill(NaN);
  let value = 0;
  let shares = 0;
  for (let i = 0; i < anchors.length; i++) {
    const isMoved = i === 0 || anchors[i] !== anchors[i - 1];
    if (anchors[i] < 0) continue;
    if (isMoved) value = shares = 0;
    for (let j = isMoved ? anchors[i] : i; j <= i; j++) {
      value += ((high[j] + low[j] + close[j]) / 3) * volume[j];
      shares += volume[j];
    }
    if (shares > 0) averages[i] = value / shares;
  }
  return averages;
}

/** The first bar of each bar's day at the exchange: anchors of the session's own average. */
export function sessionStarts(ts: Float64Array): Int32Array {
  return periodStarts(ts, dayNumberOf);
}

/**
 * The first bar of the calendar quarter of each bar, −1 in the quarter the series begins in: its
 * first bar is not known to be the quarter's.
 */
export function quarterStarts(ts: Float64Array): Int32Array {
  const quarter = quarterOf();
  const starts = periodStarts(ts, quarter);
  return starts.map((start) => (start === 0 ? -1 : start));
}

function periodStarts(ts: Float64Array, periodOf: (ts: number) => number): Int32Array {
  const starts = new Int32Array(ts.length);
  let period = NaN;
  for (let i = 0; i < ts.length; i++) {
    const found = periodOf(ts[i]);
    starts[i] = found === period ? starts[i - 1] : i;
    period = found;
  }
  return starts;
}

/** Quarters counted from year 0; a day is looked up once, not once a bar of it. */
function quarterOf(): (ts: number) => number {
  let day = NaN;
  let quarter = NaN;
  return (ts) => {
    if (dayNumberOf(ts) !== day) {
      day = dayNumberOf(ts);
      const date = new Date(day * 86_400_000);
      quarter = date.getUTCFullYear() * 4 + Math.floor(date.getUTCMonth() / 3);
    }
    return quarter;
  };
}
