import { SourceError } from '../../contracts/errors.ts';
import type { SourceWait } from '../../contracts/source-wait.ts';
import type { Interval, TradingDay } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import type { Adjustment } from '../bars/bar-store.ts';

/** A bar counts as finished this long after its end, in milliseconds of the source's clock. */
export const settleMs = 60_000;

/** One question to a source of bars. */
export interface BarRequest {
  /** The instrument's current ticker; what comes back is named by it. */
  readonly symbol: string;
  /** The source's own code of it, e.g. `RELIND`. */
  readonly code: string;
  readonly interval: Interval;
  readonly from: TradingDay;
  /** Exclusive. */
  readonly to: TradingDay;
}

/** Where bars come from, behind one interface: a broker, a vendor, a simulation. */
export interface BarSource {
  /** Part of a series' folder name, e.g. `breeze`. */
  readonly name: string;
  readonly adjustment: Adjustment;
  /** Rows of one answer from which on it must be taken for cut off; Infinity where there is no cap. */
  readonly maximumRows: number;
  /**
   * Asks once.
   *
   * @returns columns exactly as received, unsorted and unjudged, of bars in `[from, to)`; empty where
   *   the source held nothing
   * @throws SourceError with `fields.wait`, a `SourceWait`, and `fields.afterMs`, in milliseconds of
   *   this machine, where the source says how long
   * @throws InputError if the source refuses the key or does not know the question
   */
  fetch(request: BarRequest, signal: AbortSignal): Promise<Bars>;
}

/**
 * Makes the error of a source that will answer later.
 *
 * @param source - its name
 * @param wait - what must happen before
 * @param afterMs - milliseconds of this machine until then, where that is known
 */
export function sourceError(
  source: string,
  wait: SourceWait,
  message: string,
  afterMs?: number,
): SourceError {
  const fields = { source, wait, ...(afterMs === undefined ? {} : { afterMs }) };
  return new SourceError(message, fields);
}

/** The error of a source that could not be reached, was too slow or answered nothing of use. */
export function outage(source: string, why: string): SourceError {
  const message = `"${source}" gave no answer: ${why}; it is asked again later`;
  return sourceError(source, 'outage', message);
}
