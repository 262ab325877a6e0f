import { InputError } from '../../../contracts/errors.ts';
import { dayOf } from '../../market/calendar/exchange-time.ts';
import { meanOne } from './mean-one.ts';

/**
 * Weighs rows by their age, counted in the sessions that have rows: one `halfLifeSessions` before
 * the last counts half. All rows of a session weigh the same.
 *
 * @param ts - open of each of n rows' bars, epoch milliseconds UTC, in any order
 * @param halfLifeSessions - above 0; 252 for pooled teachers
 * @returns n weights of mean 1
 * @throws InputError if the half-life is out of bounds
 * @see quant.md 2.4
 */
export function timeDecayWeights(ts: Float64Array, halfLifeSessions: number): Float64Array {
  if (!(halfLifeSessions > 0 && Number.isFinite(halfLifeSessions)))
    throw new InputError(
      `weights halve every "${halfLifeSessions}" sessions; it needs a number above "0"`,
      { halfLifeSessions },
    );
  const days = Array.from(ts, dayOf);
  const sessions = [...new Set(days)].toSorted();
  const weightOf = new Map(
    sessions.map((day, index) => [day, 0.5 ** ((sessions.length - 1 - index) / halfLifeSessions)]),
  );
  return meanOne(Float64Array.from(days, (day) => weightOf.get(day) ?? 0));
}
