import { areaStatistic } from './area-under-curve.ts';
import {
  bootstrapped,
  defaultBootstrapOptions,
  estimate,
  type BootstrapOptions,
} from './stationary-bootstrap.ts';

/** The options that an export's interval is drawn by. */
export const defaultAucIntervalOptions: BootstrapOptions = {
  ...defaultBootstrapOptions,
  draws: 2000,
};

/** An AUC and how far chance may have moved it. */
export interface AucInterval {
  /** A fraction; NaN where the rows that count are all of one class. */
  readonly auc: number;
  /** NaN where there is no AUC, or where the sessions are fewer than two mean blocks. */
  readonly low: number;
  readonly high: number;
  /** Rows with a known label and a prediction, and the sessions they lie in. */
  readonly rows: number;
  readonly sessions: number;
}

/**
 * The AUC of rows pooled over windows, symbols and sessions, with an interval by a stationary block
 * bootstrap of sessions.
 *
 * @param ts - session of each of n rows, epoch milliseconds UTC
 * @param labels - n labels: 1, 0, or −1 where unknown
 * @param probabilities - n probabilities of label 1; NaN where there is no prediction
 */
export function aucInterval(
  ts: Float64Array,
  labels: Int8Array,
  probabilities: Float64Array,
  options: BootstrapOptions,
): AucInterval {
  const rows = Uint32Array.from(labels.keys()).filter(
    (row) => labels[row] >= 0 && !Number.isNaN(probabilities[row]),
  );
  const stamps = [...new Set(Float64Array.from(rows, (row) => ts[row]).sort())];
  const indexOf = new Map(stamps.map((stamp, index) => [stamp, index]));
  const scored = {
    session: rows.map((row) => indexOf.get(ts[row]) ?? 0),
    label: Int8Array.from(rows, (row) => labels[row]),
    score: Float64Array.from(rows, (row) => probabilities[row]),
  };
  const { auc } = bootstrapped({ auc: areaStatistic(scored) }, stamps.length, options);
  const { value, low, high } = estimate(auc, options.confidence);
  return { auc: value, low, high, rows: rows.length, sessions: stamps.length };
}
