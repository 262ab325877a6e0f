import type { Interval } from '../../../contracts/time.ts';

/** Milliseconds from one bar to the next within trading; of `1d` from one midnight to the next. */
export const intervalMs: Readonly<Record<Interval, number>> = {
  '1d': 86_400_000,
  '5m': 300_000,
  '1m': 60_000,
};

/**
 * Milliseconds that most neighbours lie apart. The most frequent gap, so that a duplicate, a hole or
 * a stray bar does not decide.
 *
 * @param ts - n times, in any order
 * @returns undefined where no time follows a smaller one
 */
export function usualGapMs(ts: Float64Array): number | undefined {
  const counts = new Map<number, number>();
  for (let i = 1; i < ts.length; i++) {
    const gap = ts[i] - ts[i - 1];
    if (gap > 0) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  let usual: number | undefined;
  for (const [gap, count] of counts) if (count > (counts.get(usual ?? 0) ?? 0)) usual = gap;
  return usual;
}

/** The interval of bars that lie `gapMs` apart: a day or more is daily, since exchanges rest. */
export function intervalOfGap(gapMs: number): Interval | undefined {
  if (gapMs >= intervalMs['1d']) return '1d';
  if (gapMs === intervalMs['5m']) return '5m';
  return gapMs === intervalMs['1m'] ? '1m' : undefined;
}
