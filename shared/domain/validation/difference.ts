import type { PairEvidence } from './evidence.ts';
import { detectableMean } from './statistics/detectable-mean.ts';
import { sideOf, type Side } from './statistics/side.ts';

/** What one arm has over another on the same rows. */
export interface Difference {
  /** What orders are compared by: the AUC where sessions have too few symbols to rank. */
  readonly measure: 'rankIc' | 'auc';
  /** Of the order: above is better. */
  readonly order: Side;
  /** Of the log loss: above is worse; absent where one arm's scores are no probabilities. */
  readonly logLoss?: Side;
  /** The smallest true difference of the measure that samples like this one find at 80 % power. */
  readonly detectable?: number;
  /**
   * `gain`: orders better, and its log loss is not higher; `harm` the other way round; `mixed`: one
   * better and the other worse; `none`: orders are not told apart; `unknown`: nothing can be said.
   */
  readonly verdict: 'gain' | 'harm' | 'mixed' | 'none' | 'unknown';
}

/**
 * Judges a paired comparison by one measure that was named beforehand: the daily rank IC, or the AUC
 * where there is none. Log loss can take a gain away and cannot make one: of two measures that could,
 * chance would find a gain twice as often.
 *
 * @see docs/decisions/0028-paired-comparisons.md
 */
export function differenceOf({ rankIc, auc, logLoss }: PairEvidence): Difference {
  const isRanked = !Number.isNaN(rankIc.value);
  const order = isRanked ? rankIc.side : sideOf(auc);
  const isKnown = isRanked ? !Number.isNaN(rankIc.low) : !Number.isNaN(auc.low);
  const loss = logLoss && sideOf(logLoss);
  return {
    measure: isRanked ? 'rankIc' : 'auc',
    order,
    ...(loss === undefined ? {} : { logLoss: loss }),
    ...(isRanked && isKnown ? { detectable: detectableMean(rankIc.standardError) } : {}),
    verdict: isKnown ? verdictOf(order, loss) : 'unknown',
  };
}

function verdictOf(order: Side, loss: Side | undefined): Difference['verdict'] {
  if (order === 'neither') return 'none';
  if (order === loss) return 'mixed';
  return order === 'above' ? 'gain' : 'harm';
}
