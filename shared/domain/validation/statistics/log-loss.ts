import { rowLoss } from '../metrics.ts';
import type { ScoredRows } from './area-under-curve.ts';
import { weighted, type Statistic } from './stationary-bootstrap.ts';

/** Log loss of probabilities and of the base rate of the same rows, in nats a row. */
export interface LogLossStatistics {
  readonly logLoss: Statistic;
  /** Of the share of gains among the very rows that are judged, which no model could know. */
  readonly constant: Statistic;
  /** The first less the second: below 0 where the probabilities say more than the constant. */
  readonly excess: Statistic;
}

/**
 * Log loss of probabilities against that of the base rate: −mean(ln p of what happened), and the
 * entropy of the share of gains. Each resample has the base rate of its own rows.
 *
 * @param sessions - how many there are
 */
export function logLossStatistics(
  { session, label, score }: ScoredRows,
  sessions: number,
): LogLossStatistics {
  const [losses, gains, rows] = [0, 0, 0].map(() => new Float64Array(sessions));
  for (let row = 0; row < score.length; row++) {
    losses[session[row]] += rowLoss(label[row], score[row]);
    gains[session[row]] += label[row];
    rows[session[row]]++;
  }
  const logLoss: Statistic = (weights) => weighted(losses, weights) / weighted(rows, weights);
  const constant: Statistic = (weights) =>
    entropy(weighted(gains, weights) / weighted(rows, weights));
  return { logLoss, constant, excess: (weights) => logLoss(weights) - constant(weights) };
}

function entropy(share: number): number {
  const part = (p: number): number => (p === 0 ? 0 : -p * Math.log(p));
  return part(share) + part(1 - share);
}
