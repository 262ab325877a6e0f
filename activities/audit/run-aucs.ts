import { stages } from '../../shared/contracts/outcome.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { AucFound } from '../../shared/domain/validation/leaks/run/run-controls.ts';
import { shuffledAucs } from '../../shared/domain/validation/leaks/run/shuffled.ts';
import {
  aucInterval,
  defaultAucIntervalOptions,
} from '../../shared/domain/validation/statistics/auc-interval.ts';
import { quantile } from '../../shared/domain/validation/statistics/quantile.ts';
import type { PredictedRows } from '../../shared/runtime/store/prediction-table.ts';
import type { StoredStage } from './stored-windows.ts';

/** Intervals of 99.9 %: a run has a handful. */
const options = { ...defaultAucIntervalOptions, confidence: 0.999 };
const shuffles = 200;

/** What a run's models scored on rows that came after their decisions. */
export function outOfSampleAucs({ ts, label, scores }: PredictedRows): AucFound[] {
  return stages.map((stage) => aucOf(`${stage}, out of sample`, ts, label, scores[stage]));
}

/**
 * The student's scores against labels of other days: the mean, and where all but 1 % of shuffles lie.
 *
 * @returns undefined where labels are known of too few sessions to change places
 */
export function shuffledAuc(
  { symbol, ts, label, scores }: PredictedRows,
  { horizon }: Recipe,
  seed: string,
): AucFound | undefined {
  // Blocks longer than a label: twice its span, and two weeks at least.
  const block = Math.max(2 * horizon, 10);
  const known = new Set(ts.filter((_, row) => label[row] >= 0));
  if (known.size < 2 * block) return undefined;
  const panel = { symbol, ts, label, probability: scores.student };
  const found = shuffledAucs(panel, { shuffles, block, seed }).toSorted();
  return {
    name: `student, labels of other days (blocks of ${block} sessions)`,
    auc: found.reduce((sum, auc) => sum + auc, 0) / found.length,
    low: quantile(found, 0.005),
    high: quantile(found, 0.995),
    rows: ts.length,
  };
}

/** What models of folds scored on rows that they had not learnt. */
export function outOfFoldAucs(stored: readonly StoredStage[]): AucFound[] {
  return stages.flatMap((stage) => {
    const own = stored.filter((one) => one.stage === stage);
    if (own.length === 0) return [];
    const ts = Float64Array.from(own.flatMap(({ training }) => [...training.ts]));
    const label = Int8Array.from(own.flatMap((one) => [...one.label]));
    const said = Float64Array.from(own.flatMap(({ training }) => [...training.probability]));
    return [aucOf(`${stage}, out of fold`, ts, label, said)];
  });
}

function aucOf(
  name: string,
  ts: Float64Array,
  label: Int8Array,
  probability: Float64Array,
): AucFound {
  const { auc, low, high, rows } = aucInterval(ts, label, probability, options);
  return { name, auc, low, high, rows };
}
