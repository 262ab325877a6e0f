import type { ExplainedStage } from '../../activities/validation/explained-stage.ts';
import { stages, type Stage } from '../../shared/contracts/outcome.ts';
import type { Calibration } from '../../shared/domain/training/calibration.ts';
import type { SoftMix } from '../../shared/domain/training/soft-labels.ts';
import type { Teaching } from '../../shared/domain/training/student.ts';
import type { GainShares } from '../../shared/domain/validation/gain-shares.ts';
import type { Fidelity } from '../../shared/domain/validation/fidelity.ts';
import type { Fact } from './fact-lines.ts';
import { tableText } from '../output.ts';

/** How probabilities met labels, as a manifest has it; what could not be said is absent. */
interface StoredScores {
  readonly rows: number;
  readonly baseRate?: number;
  readonly auc?: number;
  readonly logLoss?: number;
}

/** What manifests of models and predictions say that explains them; JSON has null for NaN. */
interface StoredFacts {
  readonly outOfFold?: StoredScores;
  readonly evaluation?: StoredScores;
  readonly teaching?: Teaching;
  readonly calibration?: Calibration;
  readonly parity?: { readonly rows: number; readonly difference: number };
  readonly fidelity?: Fidelity;
}

type EndedStages = Readonly<Record<Stage, ExplainedStage>>;

/** How a student was made of its teacher and how close it stays, each where it exists. */
export function studentFacts({ student }: EndedStages): Fact[] {
  const { teaching, calibration, parity } = (student.model.facts ?? {}) as StoredFacts;
  const { fidelity } = (student.predictions.facts ?? {}) as StoredFacts;
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ['taught', teaching && teachingWords(teaching)],
    ['calibration', calibration && calibrationWords(calibration)],
    ['ONNX', parity && parityWords(parity)],
    ['fidelity', fidelity && fidelityWords(fidelity)],
  ];
  return facts.flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
}

/** What each stage's features were worth to it, where its manifest says so. */
export function gainFacts(ended: EndedStages): Fact[] {
  return stages.flatMap((stage): Fact[] => {
    const { gain } = ended[stage];
    return gain === undefined ? [] : [[`${stage} gain`, gainWords(gain)]];
  });
}

/** Features of a family that are named, and the least share of the gain that is worth a name. */
const namedFeatures = { most: 3, least: 0.01 };

function gainWords({ models, families, features }: GainShares): string {
  if (models === 0) return 'no tree splits: it says the same of every row';
  const percent = (share: number): string => (100 * share).toFixed(0);
  return families
    .map(({ family, share }) => {
      const names = features
        .filter((feature) => feature.family === family && feature.share >= namedFeatures.least)
        .slice(0, namedFeatures.most)
        .map((feature) => `${feature.feature} ${percent(feature.share)}`);
      return `${family} ${percent(share)} %${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
    })
    .join(', ');
}

/** A row for each stage's out-of-fold rows and evaluation span; undefined where neither exists. */
export function scoreTable(ended: EndedStages): string | undefined {
  const rows = stages.flatMap((stage) => {
    const { outOfFold } = (ended[stage].model.facts ?? {}) as StoredFacts;
    const { evaluation } = (ended[stage].predictions.facts ?? {}) as StoredFacts;
    return [
      ...(outOfFold === undefined ? [] : [scoreRow(`${stage}, out-of-fold`, outOfFold)]),
      ...(evaluation === undefined ? [] : [scoreRow(`${stage}, evaluation`, evaluation)]),
    ];
  });
  if (rows.length === 0) return undefined;
  return tableText(['scores', 'rows', 'gains', 'AUC', 'log loss', 'of the base rate'], rows);
}

function scoreRow(name: string, { rows, baseRate, auc, logLoss }: StoredScores) {
  const constant = baseRate === undefined ? undefined : entropy(baseRate);
  return [name, rows, number(baseRate), number(auc), number(logLoss), number(constant)];
}

/** Log loss of a constant that knows its rows' base rate. */
function entropy(baseRate: number): number {
  const loss = (p: number): number => (p === 0 ? 0 : -p * Math.log(p));
  return loss(baseRate) + loss(1 - baseRate);
}

function teachingWords(teaching: Teaching): string {
  const { share, temperature, reason, evidence, tried, withoutOpinion } = teaching;
  const { informs, rows, labels, logLoss, constantLogLoss, auc, aucLow } = evidence;
  const lesson =
    share === 0 ? 'hard labels' : `${share} of the teacher at temperature ${temperature}`;
  const opinion =
    `out-of-fold predictions ${informs ? 'inform' : 'do not inform'} (log loss ${number(logLoss)} ` +
    `against the constant's ${number(constantLogLoss)}, AUC ${number(auc)}, at least ` +
    `${number(aucLow)}; ${rows} rows, ${labels} labels that do not overlap)`;
  const others = tried.map((mix) => `${mixWords(mix)} ${number(mix.logLoss)}`);
  return (
    `${lesson}${reason === 'asked' ? ', as asked' : ''}: ${opinion}` +
    (others.length > 1 ? `; log losses of what was tried: ${others.join(', ')}` : '') +
    (withoutOpinion === undefined
      ? ''
      : `; ${withoutOpinion} earlier rows left out, of which the pooled teacher has no opinion`)
  );
}

function mixWords({ share, temperature }: SoftMix): string {
  return share === 0 ? 'hard' : `${share} at ${temperature}`;
}

function calibrationWords({ slope, intercept }: Calibration): string {
  return `slope ${number(slope)}, intercept ${number(intercept)}, on the logit`;
}

function parityWords({ rows, difference }: { rows: number; difference: number }): string {
  return `within ${difference.toExponential(1)} of LightGBM on ${rows} rows made to tell them apart`;
}

function fidelityWords(of: Fidelity): string {
  return (
    `${of.rows} rows: rank correlation ${number(of.spearman)}, mean |Δp| ` +
    `${number(of.meanDifference)}, same side ${number(of.agreement)}, top tenth ` +
    `${number(of.topDecileOverlap)}`
  );
}

function number(value: number | null | undefined): string {
  return value === null || value === undefined ? 'none' : value.toFixed(3);
}
