import type { TradingDay } from '../../../contracts/time.ts';
import type { Bars } from '../bars/bars.ts';
import { dayOf } from '../calendar/exchange-time.ts';

/** Price factors of splits and bonuses as companies make them, the commonest first. */
export const knownRatios: readonly { readonly factor: number; readonly words: string }[] = [
  { factor: 1 / 2, words: '1:1 bonus or 2:1 split' },
  { factor: 1 / 5, words: '5:1 split' },
  { factor: 1 / 10, words: '10:1 split' },
  { factor: 2 / 3, words: '1:2 bonus' },
  { factor: 3 / 4, words: '1:3 bonus' },
  { factor: 4 / 5, words: '1:4 bonus' },
  { factor: 5 / 6, words: '1:5 bonus' },
  { factor: 3 / 5, words: '2:3 bonus' },
  { factor: 2 / 5, words: '3:2 bonus or 5:2 split' },
  { factor: 1 / 3, words: '2:1 bonus' },
  { factor: 1 / 4, words: '3:1 bonus or 4:1 split' },
  { factor: 1 / 6, words: '5:1 bonus' },
  { factor: 1 / 8, words: '8:1 split' },
  { factor: 1 / 20, words: '20:1 split' },
  { factor: 1 / 50, words: '50:1 split' },
  { factor: 1 / 100, words: '100:1 split' },
];

/** What the detector goes by. */
export interface DetectorOptions {
  /** How far from a known ratio a gap may lie, as a share of the ratio. Default 0.03. */
  readonly tolerance: number;
  /** A gap beyond this that is near no ratio is unexplained, a fraction. Default 0.2. */
  readonly unexplainedGap: number;
  /**
   * The market's move explains a gap of the same direction up to this many times its own, in logs.
   * Default 2.5: on 2020-03-23 the market opened at 0.908 of its close, VBL at 0.80 (2.3
   * times), near a 1:4 bonus.
   */
  readonly mostBeta: number;
}

/** What suits daily bars of large companies. */
const defaultDetectorOptions: DetectorOptions = {
  tolerance: 0.03,
  unexplainedGap: 0.2,
  mostBeta: 2.5,
};

/** An opening far from the close before it. */
export interface Gap {
  readonly day: TradingDay;
  /** Day of the bar before. */
  readonly before: TradingDay;
  readonly close: number;
  readonly open: number;
  /** Open over the close before. */
  readonly gap: number;
  /** Median volume of the five bars from the day on over that of the twenty before; absent where 0. */
  readonly volumeRatio?: number;
}

/** The move of the market from a day's close to another day's open; undefined where unknown. */
export type MarketMove = (from: TradingDay, to: TradingDay) => number | undefined;

/** A gap that nobody has explained. */
export interface Suspect extends Gap {
  /** The market's move over the same night; 1 where unknown. */
  readonly market: number;
  /** The known ratio next to it. */
  readonly ratio: number;
  readonly words: string;
  /** `action` near a known ratio; `unexplained` beyond the largest gap and near none. */
  readonly looksLike: 'action' | 'unexplained';
  /** Whether more shares changed hands, as after an action of that ratio; it never vetoes. */
  readonly volumeSupports: boolean;
}

/** Gaps smaller than this, in logs, are not looked at: a 1:5 bonus is 0.18. */
const leastLog = 0.1;

/**
 * Openings that lie more than 10 % from the close before them.
 *
 * @param bars - daily bars of one symbol, raw or of unknown adjustment
 */
export function wideGaps(bars: Bars): Gap[] {
  const { ts, open, close, volume } = bars;
  const gaps: Gap[] = [];
  for (let i = 1; i < ts.length; i++) {
    const gap = open[i] / close[i - 1];
    if (Math.abs(Math.log(gap)) < leastLog) continue;
    const usual = median(volume.subarray(Math.max(0, i - 20), i));
    const since = median(volume.subarray(i, i + 5));
    gaps.push({
      day: dayOf(ts[i]),
      before: dayOf(ts[i - 1]),
      close: close[i - 1],
      open: open[i],
      gap,
      ...(usual > 0 ? { volumeRatio: since / usual } : {}),
    });
  }
  return gaps;
}

/**
 * The gaps that the market does not explain and that look like a corporate action, or like nothing.
 *
 * A crash can look like a bonus (0.84 in March 2020): the market's own move tells them apart. What is
 * found is proposed, never applied: only a person or a table confirms an action.
 */
export function suspects(
  gaps: readonly Gap[],
  marketMove: MarketMove,
  options: DetectorOptions = defaultDetectorOptions,
): Suspect[] {
  return gaps.flatMap((gap) => suspect(gap, marketMove(gap.before, gap.day) ?? 1, options) ?? []);
}

function suspect(gap: Gap, market: number, options: DetectorOptions): Suspect | undefined {
  const [own, all] = [Math.log(gap.gap), Math.log(market)];
  if (own * all > 0 && Math.abs(own) <= options.mostBeta * Math.abs(all)) return undefined;
  const relative = gap.gap / market;
  const [nearest] = knownRatios
    .map(({ factor, words }) => ({
      ratio: factor,
      words,
      off: Math.min(Math.abs(relative / factor - 1), Math.abs(gap.gap / factor - 1)),
    }))
    .sort((a, b) => a.off - b.off);
  const isNear = nearest.off <= options.tolerance;
  if (!isNear && Math.abs(relative - 1) <= options.unexplainedGap) return undefined;
  const { ratio, words } = nearest;
  return {
    ...gap,
    market,
    ratio,
    words,
    looksLike: isNear ? 'action' : 'unexplained',
    volumeSupports: (gap.volumeRatio ?? 0) >= Math.sqrt(1 / ratio),
  };
}

/**
 * The median of some numbers; NaN where there are none.
 *
 * @param values - n numbers, in any order
 */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
