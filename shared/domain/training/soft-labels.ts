import { areaUnderCurve, baseRate, logLoss } from '../validation/metrics.ts';

/** Whether a teacher's out-of-fold probabilities say more than nothing, and by which numbers. */
export interface SoftEvidence {
  readonly informs: boolean;
  /** Rows with an out-of-fold probability, and how many of their labels do not overlap. */
  readonly rows: number;
  readonly labels: number;
  /** Nats a sample. */
  readonly logLoss: number;
  /** Of the constant that knew the base rate of these very rows: the hardest one to beat. */
  readonly constantLogLoss: number;
  readonly auc: number;
  /** One-sided 95 % bound. */
  readonly aucLow: number;
}

/** How targets are mixed of labels and a teacher's opinion. */
export interface SoftMix {
  /** Share of the opinion, in [0, 1]. */
  readonly share: number;
  /** What its logits are divided by: above 1 it is less sure of itself. */
  readonly temperature: number;
}

/** The 95 % quantile of a standard normal. */
const oneSided = 1.645;

/**
 * Judges a teacher's out-of-fold probabilities by the labels that came true.
 *
 * They inform when their log loss beats the constant's and the lower bound of their AUC exceeds one
 * half. Labels of neighbouring rows share bars and symbols share the market: the bound counts one
 * label in `overlap`, unless it is given.
 *
 * @param labels - n labels, 1 or 0
 * @param soft - n probabilities of label 1; NaN where there is none
 * @param overlap - rows to one label of its own, at least 1: the horizon, of one symbol
 * @param low - the AUC's one-sided 95 % bound where it was measured
 * @see quant.md 2.5
 */
export function softEvidence(
  labels: Int8Array,
  soft: Float64Array,
  overlap: number,
  low?: number,
): SoftEvidence {
  const judged = Int8Array.from(labels.filter((_, row) => !Number.isNaN(soft[row])));
  const loss = logLoss(labels, soft);
  const constant = logLoss(judged, new Float64Array(judged.length).fill(baseRate(judged)));
  const auc = areaUnderCurve(labels, soft);
  const positives = judged.reduce((sum, label) => sum + label, 0);
  const negatives = judged.length - positives;
  const aucLow = low ?? auc - oneSided * aucError(auc, positives / overlap, negatives / overlap);
  return {
    // An AUC of one class is NaN, which informs of nothing.
    informs: loss < constant && aucLow > 0.5,
    rows: judged.length,
    labels: Math.floor(judged.length / overlap),
    logLoss: loss,
    constantLogLoss: constant,
    auc,
    aucLow,
  };
}

/**
 * Mixes a student's targets: share · σ(logit(p) / temperature) + (1 − share) · label; the label
 * alone where there is no opinion.
 *
 * @param labels - n labels, 1 or 0
 * @param soft - n probabilities of label 1; NaN where there is none
 * @returns n targets in [0, 1]
 */
export function mixedTargets(
  labels: Int8Array,
  soft: Float64Array,
  { share, temperature }: SoftMix,
): Float32Array {
  return Float32Array.from(labels, (label, row) => {
    if (share === 0 || Number.isNaN(soft[row])) return label;
    const odds = (soft[row] / (1 - soft[row])) ** (1 / temperature);
    // Certain opinions have infinite odds.
    const tempered = odds === Infinity ? 1 : odds / (1 + odds);
    return share * tempered + (1 - share) * label;
  });
}

/** Standard error of an AUC. @see Hanley and McNeil, Radiology 143 (1982) */
function aucError(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc);
  const q2 = (2 * auc * auc) / (1 + auc);
  const spread =
    auc * (1 - auc) +
    Math.max(positives - 1, 0) * (q1 - auc * auc) +
    Math.max(negatives - 1, 0) * (q2 - auc * auc);
  return Math.sqrt(spread / (positives * negatives));
}
