import type { Bars } from './bars/bars.ts';
import type { InstrumentClass } from './calendar/calendar.ts';

/** Sessions over which a symbol's turnover is looked at. */
const turnoverSessions = 21;
/** Daily price bands of stocks without derivatives, as fractions of the close before. */
const bands = [0.02, 0.05, 0.1, 0.2] as const;
/** A band's price is rounded to a tick, which is more of a cheap share than of a dear one. */
const tick = 0.05;

/**
 * What is traded of a symbol in a day: the median of close times volume over the last 21 bars.
 *
 * @param bars - n daily bars, n > 0
 * @returns rupees
 */
export function medianTurnover({ close, volume }: Bars): number {
  const volumes = volume.slice(-turnoverSessions);
  const last = close
    .slice(-turnoverSessions)
    .map((price, i) => price * volumes[i])
    .sort();
  const half = last.length >> 1;
  return last.length % 2 === 1 ? last[half] : (last[half - 1] + last[half]) / 2;
}

/** A close at a limit of the day: whoever wants on finds nobody on the other side. */
export interface BandHit {
  readonly side: 'upper' | 'lower';
  /** Close over the close before, less 1. */
  readonly move: number;
}

/**
 * Whether the last bar ended at a price band, as far as bars tell: all day at one price away from the
 * close before, or, of a stock without derivatives, at its high or low and a band's width away.
 * Stocks with derivatives have no fixed band.
 */
export function bandHit(
  { high, low, close }: Bars,
  instrumentClass: InstrumentClass,
): BandHit | undefined {
  const last = close.length - 1;
  if (last < 1) return undefined;
  const before = close[last - 1];
  const move = close[last] / before - 1;
  if (move === 0) return undefined;
  const side = move > 0 ? 'upper' : 'lower';
  const isLocked = high[last] === low[last];
  const atExtreme = close[last] === (side === 'upper' ? high[last] : low[last]);
  const atBand = bands.some((band) => Math.abs(Math.abs(move) - band) * before <= tick);
  return isLocked || (instrumentClass === 'cash' && atExtreme && atBand)
    ? { side, move }
    : undefined;
}
