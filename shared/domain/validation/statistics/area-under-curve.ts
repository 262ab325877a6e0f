import type { Statistic } from './stationary-bootstrap.ts';

/** Rows with a label and a score, and the session of each. */
export interface ScoredRows {
  /** Index of each of n rows' session. */
  readonly session: Uint32Array;
  /** 1 or 0. */
  readonly label: Int8Array | Uint8Array;
  readonly score: Float64Array;
}

/**
 * The AUC of rows pooled over symbols and sessions, each counted as often as its session; ties by
 * half. The rows are sorted once.
 *
 * @returns a fraction; NaN where the rows that count are all of one class
 * @see Hanley and McNeil, Radiology 143 (1982)
 */
export function areaStatistic({ session, label, score }: ScoredRows): Statistic {
  const order = Uint32Array.from(score.keys()).sort((a, b) => score[a] - score[b]);
  const sessions = order.map((row) => session[row]);
  const labels = Uint8Array.from(order, (row) => label[row]);
  const endsTie = Uint8Array.from(order, (row, i) => Number(score[row] !== score[order[i + 1]]));
  return (weights) => {
    let wins = 0;
    let gains = 0;
    let losses = 0;
    let tiedGains = 0;
    let tiedLosses = 0;
    for (let i = 0; i < sessions.length; i++) {
      const weight = weights[sessions[i]];
      tiedGains += weight * labels[i];
      tiedLosses += weight * (1 - labels[i]);
      if (endsTie[i] === 0) continue;
      wins += tiedGains * (losses + tiedLosses / 2);
      gains += tiedGains;
      losses += tiedLosses;
      tiedGains = 0;
      tiedLosses = 0;
    }
    return wins / (gains * losses);
  };
}
