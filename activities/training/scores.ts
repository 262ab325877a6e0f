import { areaUnderCurve, baseRate, logLoss } from '../../shared/domain/validation/metrics.ts';

/** How well probabilities meet the labels that are known; absent where there is too little to say. */
export interface Scores {
  readonly rows: number;
  /** Share of labels that are 1. */
  readonly baseRate?: number;
  readonly auc?: number;
  /** Nats a sample. */
  readonly logLoss?: number;
}

/** Scores of probabilities over the rows that have both a label and a prediction. */
export function scores(labels: Int8Array, probabilities: Float64Array): Scores {
  const judged = labels.map((label, row) => (Number.isNaN(probabilities[row]) ? -1 : label));
  const measured = {
    baseRate: baseRate(judged),
    auc: areaUnderCurve(labels, probabilities),
    logLoss: logLoss(labels, probabilities),
  };
  const said = Object.entries(measured).filter(([, value]) => Number.isFinite(value));
  return { rows: judged.filter((label) => label >= 0).length, ...Object.fromEntries(said) };
}
