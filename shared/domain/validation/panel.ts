import { InvariantError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { dayOf } from '../market/calendar/exchange-time.ts';

/** Rows whose label has ended, of many symbols and sessions. */
export interface JudgedRows {
  /** Open of each of n rows' bars, epoch milliseconds UTC. */
  readonly ts: Float64Array;
  readonly symbol: readonly string[];
  /** 1 or 0. */
  readonly label: Int8Array;
  /** Fractions before costs. */
  readonly forwardReturn: Float64Array;
}

/** The same rows by session and by moment: what statistics over a market are taken of. */
export interface Panel extends JudgedRows {
  /** Trading days, ascending. */
  readonly days: readonly TradingDay[];
  /** Index of each row's day: all rows of a session stand and fall together. */
  readonly session: Uint32Array;
  /** Rows of each bar time, in time; of daily bars there is one a session. */
  readonly moments: readonly Moment[];
}

/** The symbols that were judged at one time. */
export interface Moment {
  readonly session: number;
  /** Indices of rows. */
  readonly rows: Uint32Array;
}

/**
 * Sorts rows into sessions and moments.
 *
 * @throws InvariantError if a label or a return is unknown
 */
export function panelOf(rows: JudgedRows): Panel {
  const unknown = rows.label.findIndex(
    (label, row) => label < 0 || !Number.isFinite(rows.forwardReturn[row]),
  );
  if (unknown >= 0) throw new InvariantError(`row "${unknown}" of a panel has no known label`);
  const byTime = Map.groupBy(rows.ts.keys(), (row) => rows.ts[row]);
  const days: TradingDay[] = [];
  const session = new Uint32Array(rows.ts.length);
  const moments = [...byTime]
    .toSorted(([a], [b]) => a - b)
    .map(([ts, members]): Moment => {
      const day = dayOf(ts);
      if (days.at(-1) !== day) days.push(day);
      for (const row of members) session[row] = days.length - 1;
      return { session: days.length - 1, rows: Uint32Array.from(members) };
    });
  return { ...rows, days, session, moments };
}
