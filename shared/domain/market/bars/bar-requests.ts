import { addDays, type TradingDay } from '../../../contracts/time.ts';
import type { DaySpan } from '../../../contracts/backfill.ts';
import type { Shortage } from '../coverage/shortages.ts';

/**
 * Divides sessions that lack bars into as few requests as can bring them: each spans neighbouring
 * sessions that all lack something, and expects fewer rows than the source would cut off.
 *
 * @param short - ascending
 * @param sessions - every session of the span, ascending: neighbours are told by it
 * @param maximumRows - rows from which on an answer may be cut off; a single session is asked for
 *   however many it expects
 */
export function barRequests(
  short: readonly Shortage[],
  sessions: readonly TradingDay[],
  maximumRows: number,
): DaySpan[] {
  const indexOf = new Map(sessions.map((day, index) => [day, index]));
  const requests: DaySpan[] = [];
  let first: Shortage | undefined;
  let last: Shortage | undefined;
  let rows = 0;
  const close = (): void => {
    if (first && last) requests.push({ from: first.day, to: addDays(last.day, 1) });
  };
  for (const one of short) {
    const isNext = last !== undefined && indexOf.get(one.day) === (indexOf.get(last.day) ?? 0) + 1;
    if (!isNext || rows + one.expected >= maximumRows) {
      close();
      first = one;
      rows = 0;
    }
    rows += one.expected;
    last = one;
  }
  close();
  return requests;
}

/**
 * Halves the sessions of a request that came back cut off.
 *
 * @returns undefined where it holds one session only: it cannot be asked in smaller parts
 */
export function halves(
  { from, to }: DaySpan,
  sessions: readonly TradingDay[],
): readonly [DaySpan, DaySpan] | undefined {
  const inside = sessions.filter((day) => day >= from && day < to);
  if (inside.length < 2) return undefined;
  const middle = inside[Math.ceil(inside.length / 2)];
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}
