import { addDays } from '../../../contracts/time.ts';
import { barDays, type BarDay } from '../bars/bar-days.ts';
import type { Bars } from '../bars/bars.ts';
import { clockOf } from '../calendar/exchange-time.ts';
import type { Flaw } from './flaw.ts';

/** Sessions in a row that make a trait of a vendor out of a slip. */
const traitSessions = 5;

/**
 * Finds sessions whose first bar has no volume although most others have: some vendors lose the
 * opening auction's and the first minutes' trades in every session.
 *
 * @param bars - sound bars
 * @returns one flaw a stretch of at least `traitSessions` such sessions in a row
 */
export function openingFlaws(bars: Bars): Flaw[] {
  if (bars.interval === '1d') return [];
  const flaws: Flaw[] = [];
  let stretch: BarDay[] = [];
  const close = (): void => {
    if (stretch.length >= traitSessions) flaws.push(openingFlaw(bars, stretch));
    stretch = [];
  };
  for (const day of barDays(bars))
    if (opensWithoutVolume(bars, day)) stretch.push(day);
    else close();
  close();
  return flaws;
}

/** Whether a session's first bar has no volume although most others have. */
export function opensWithoutVolume(bars: Bars, { start, end }: BarDay): boolean {
  if (bars.volume[start] > 0) return false;
  const traded = bars.volume.subarray(start + 1, end).filter((volume) => volume > 0).length;
  return traded > (end - start - 1) / 2;
}

function openingFlaw(bars: Bars, stretch: readonly BarDay[]): Flaw {
  const [first] = stretch;
  const clock = clockOf(bars.ts[first.start]);
  const sessions = stretch.length;
  return {
    rule: 'no-opening-volume',
    from: first.day,
    to: addDays(stretch[sessions - 1].day, 1),
    count: sessions,
    detail: `the bar of "${clock}" has no volume in "${sessions}" sessions in a row`,
  };
}

/**
 * Finds days that repeat the day before without volume: sessions that a vendor made up, or filled
 * for want of bars. The same prices all over, or nothing but the last close.
 *
 * @param bars - sound bars
 */
export function copiedDayFlaws(bars: Bars): Flaw[] {
  const flaws: Flaw[] = [];
  let before: BarDay | undefined;
  for (const today of barDays(bars)) {
    if (before !== undefined && isCopy(bars, before, today))
      flaws.push({
        rule: 'copied-day',
        from: today.day,
        to: addDays(today.day, 1),
        count: today.end - today.start,
        detail: `no volume, and the prices are those of "${before.day}"`,
      });
    before = today;
  }
  return flaws;
}

function isCopy(bars: Bars, before: BarDay, today: BarDay): boolean {
  const { open, high, low, close, volume } = bars;
  const lastClose = close[before.end - 1];
  const hasAllBars = today.end - today.start === before.end - before.start;
  let isSame = hasAllBars;
  let isFlat = true;
  for (let i = today.start; i < today.end; i++) {
    if (volume[i] > 0) return false;
    const j = before.start + i - today.start;
    isSame &&= [open, high, low, close].every((column) => column[i] === column[j]);
    isFlat &&= high[i] === lastClose && low[i] === lastClose;
  }
  return isSame || isFlat;
}
