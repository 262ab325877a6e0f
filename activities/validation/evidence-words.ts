import type {
  ArmEvidence,
  PairEvidence,
  SessionMean,
} from '../../shared/domain/validation/evidence.ts';
import type { Estimate } from '../../shared/domain/validation/statistics/stationary-bootstrap.ts';

/** What an arm's figures mean, in plain words. */
export function armWords({ arm, rankIc, auc, probability }: ArmEvidence): string {
  if (Number.isNaN(rankIc.value))
    return `${arm}: no rank IC, since no session has five symbols to rank${aucWords(auc)}`;
  const { months } = rankIc;
  return (
    `${arm}: its order of symbols is ${orderWords(rankIc)}; this sample finds a rank IC of ` +
    `${rankIc.detectable.toFixed(3)} at 80 % power; ${months.hits} of ${months.trials} months above 0 ` +
    `(Wilson ${percent(months.low)} to ${percent(months.high)} %)${aucWords(auc)}` +
    `${probability === undefined ? '' : `; its probabilities are ${lossWords(probability.excess)}`}`
  );
}

/** What a comparison means, in plain words. */
export function pairWords({ arm, against, rankIc, logLoss }: PairEvidence): string {
  const loss = logLoss === undefined ? '' : `; its log loss is ${lossAgainst(logLoss)}`;
  return `${arm} against ${against}: its order of symbols is ${orderAgainst(rankIc)}${loss}`;
}

function orderAgainst(rankIc: SessionMean): string {
  if (Number.isNaN(rankIc.value)) return 'not known';
  const { side } = rankIc;
  if (side === 'neither') return 'not told apart';
  return side === 'above' ? 'significantly better' : 'significantly worse';
}

function lossAgainst(logLoss: Estimate): string {
  const side = sideOf(logLoss);
  if (side === 'neither') return 'not told apart';
  return side === 'below' ? 'significantly lower' : 'significantly higher';
}

function orderWords(rankIc: SessionMean): string {
  const { side } = rankIc;
  if (side === 'neither') return 'not told from chance';
  return side === 'above' ? 'significantly better than chance' : 'significantly worse than chance';
}

function aucWords({ low, high }: Estimate): string {
  if (low > 0.5) return '; AUC above one half';
  if (high < 0.5) return '; AUC below one half';
  return '; AUC not told from one half';
}

function lossWords(excess: Estimate): string {
  const side = sideOf(excess);
  if (side === 'below') return 'better than the base rate';
  if (side === 'above') return 'worse than the base rate';
  return 'not told from the base rate';
}

/** Where an interval lies, seen from nothing. */
function sideOf({ low, high }: Estimate): SessionMean['side'] {
  if (low > 0) return 'above';
  return high < 0 ? 'below' : 'neither';
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}
