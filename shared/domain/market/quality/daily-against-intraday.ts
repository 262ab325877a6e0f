import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { aggregatedBars } from '../bars/aggregated-bars.ts';
import { barDays } from '../bars/bar-days.ts';
import { firstAtOrAfter, type Bars } from '../bars/bars.ts';
import type { Calendar, InstrumentClass } from '../calendar/calendar.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import { median } from '../actions/detector.ts';
import type { Flaw } from './flaw.ts';
import { opensWithoutVolume } from './vendor-traits.ts';

/** What the two may differ by, as a fraction: the exchange's auctions are in one of them only. */
const tolerance = 0.005;

/** Closes differ by their kinds, 71 basis points at most where measured; beyond, by adjustment. */
const closeTolerance = 0.02;

const compared = ['high', 'low', 'volume'] as const;
type Compared = (typeof compared)[number];

/** One session as both series have it. */
interface Pair {
  readonly day: TradingDay;
  /** Daily over summed intraday bars. */
  readonly ratio: Readonly<Record<Compared | 'close', number>>;
  /** Both numbers, as a person is told them. */
  readonly told: Readonly<Record<Compared, string>>;
  /** Whether the day's bar holds a closing auction that intraday bars do not. */
  readonly hasAuction: boolean;
}

/**
 * Compares daily bars with what intraday bars add up to: high, low and volume, on sessions whose
 * intraday bars are all there. Closes differ by their kind and are not compared. Where the two are
 * adjusted otherwise, by one factor throughout, that is one flaw and the rest is compared in ratio.
 * Sessions that open without volume have a flaw of their own; their volumes are not compared.
 *
 * @param daily - sound daily bars
 * @param intraday - sound bars of the same symbol
 * @returns at most one flaw a column, each with the first session it was seen on
 */
export function dailyAgainstIntraday(
  daily: Bars,
  intraday: Bars,
  calendar: Calendar,
  instrumentClass: InstrumentClass = 'derivatives',
): Flaw[] {
  const pairs = pairsOf(daily, intraday, calendar, instrumentClass);
  if (pairs.length === 0) return [];
  const scale = median(pairs.map(({ ratio }) => ratio.close));
  const isScaled = Math.abs(scale - 1) > closeTolerance;
  const flaws: Flaw[] = [];
  if (isScaled)
    flaws.push(
      flawOf(
        pairs,
        `daily prices are "${scale.toFixed(4)}" times the intraday ones throughout: ` +
          'the two are adjusted otherwise',
      ),
    );
  for (const column of compared) {
    const comparable = pairs.filter(({ ratio }) => Number.isFinite(ratio[column]));
    // Actions move volumes too, and by a factor that prices do not tell.
    const usual = !isScaled ? 1 : column === 'volume' ? volumeScale(comparable) : scale;
    const differing = comparable.filter((pair) => differs(column, pair, usual));
    if (differing.length === 0) continue;
    const [{ day, told }] = differing;
    const counts = `in "${differing.length}" of "${comparable.length}" sessions`;
    const ratio = isScaled ? `; "${usual.toFixed(4)}" times would be usual` : '';
    flaws.push(
      flawOf(differing, `${column} differs ${counts}; on "${day}" ${told[column]}${ratio}`),
    );
  }
  return flaws;
}

function pairsOf(
  daily: Bars,
  intraday: Bars,
  calendar: Calendar,
  instrumentClass: InstrumentClass,
): Pair[] {
  const pairs: Pair[] = [];
  const summed = aggregatedBars(intraday, '1d');
  for (const session of barDays(intraday)) {
    const { day } = session;
    const midnight = dayStart(day);
    const i = firstAtOrAfter(daily, midnight);
    const expected = calendar.expectedBars(day, intraday.interval, instrumentClass);
    if (session.end - session.start < expected || daily.ts[i] !== midnight) continue;
    const j = firstAtOrAfter(summed, midnight);
    const ratio = (column: Compared | 'close'): number => daily[column][i] / summed[column][j];
    const told = (column: Compared): string =>
      `daily bars have "${daily[column][i]}", intraday ones "${summed[column][j]}"`;
    const volume = opensWithoutVolume(intraday, session) ? NaN : ratio('volume');
    pairs.push({
      day,
      ratio: { high: ratio('high'), low: ratio('low'), close: ratio('close'), volume },
      told: { high: told('high'), low: told('low'), volume: told('volume') },
      hasAuction: calendar.session(day, instrumentClass)?.template === 'regular-with-cas',
    });
  }
  return pairs;
}

/** Whether a ratio is more than the tolerance off; a closing auction may add, never take away. */
function differs(column: Compared, { ratio, hasAuction }: Pair, usual: number): boolean {
  const off = ratio[column] / usual - 1;
  if (!hasAuction) return Math.abs(off) > tolerance;
  return column === 'low' ? off > tolerance : off < -tolerance;
}

function volumeScale(pairs: readonly Pair[]): number {
  return pairs.length === 0 ? 1 : median(pairs.map(({ ratio }) => ratio.volume));
}

function flawOf(pairs: readonly Pair[], detail: string): Flaw {
  const [from, to] = [pairs[0].day, addDays(pairs[pairs.length - 1].day, 1)];
  return { rule: 'daily-against-intraday', from, to, count: pairs.length, detail };
}
