import type { Recipe, StudentOptions } from '../../contracts/recipe.ts';
import type { SampleSet } from '../samples/sample-set.ts';
import { labelOverlap } from '../samples/sample-weights.ts';
import { logLoss } from '../validation/metrics.ts';
import { aucInterval, defaultAucIntervalOptions } from '../validation/statistics/auc-interval.ts';
import type { Booster, FitProgress } from './booster.ts';
import { fitCalibration, type Calibration } from './calibration.ts';
import { counted, crossFit, fitOnce, foldRows, type FoldRows } from './cross-fit.ts';
import { studentSetup } from './fold-setup.ts';
import { mixedTargets, softEvidence, type SoftEvidence, type SoftMix } from './soft-labels.ts';
import { checkClasses } from './teacher.ts';

/** What a student was taught, and why. */
export interface Teaching extends SoftMix {
  /** Why: `oof-uninformative` and `oof-informs` where the options leave it open. */
  readonly reason: 'oof-uninformative' | 'oof-informs' | 'asked';
  readonly evidence: SoftEvidence;
  /** Of a residual student: rows left out for want of an opinion to start from. */
  readonly withoutOpinion?: number;
  /** Every mix that was tried, with the log loss of its cross-fitted student in nats a sample. */
  readonly tried: readonly (SoftMix & { readonly logLoss: number })[];
}

/** A student before its conversion, and what it said of rows it had not seen. */
export interface Student {
  /** The final model, fitted on all rows; uncalibrated. */
  readonly text: string;
  /** Parameters as the library used them, read back from the final model. */
  readonly parameters: Readonly<Record<string, string>>;
  /** m names, in the order of the columns. */
  readonly features: readonly string[];
  /** What splits of the final model on each of them took off its loss. */
  readonly gains: readonly number[];
  /** n cross-fitted probabilities of label 1, uncalibrated; NaN outside of test blocks. */
  readonly outOfFold: Float64Array;
  /** n targets of the final fit, in [0, 1]. */
  readonly targets: Float32Array;
  readonly teaching: Teaching;
  readonly calibration: Calibration;
  readonly folds: readonly FoldRows[];
}

const hardLabels: SoftMix = { share: 0, temperature: 1 };

/**
 * Distils a window's student: a small model of the labels or, where the teacher's out-of-fold
 * opinion informs or a share of it is asked for, of a mix of both. Its cross-fitted predictions
 * choose between mixes and calibrate it.
 *
 * No model of a fold knows labels of its test block nor of what came after it: folds are chained
 * forward, and so are the opinions that a fold learns. Opinions by teachers of later blocks would know
 * the labels of its test block; see docs/decisions/0031-honest-pools.md.
 *
 * @param samples - n rows in time, all labelled, of both classes
 * @param soft - the teacher's n out-of-fold probabilities of label 1; NaN where there is none
 * @returns progress after each round, counting the rounds of all fits; in the end the student
 * @throws InputError if labels are unknown or all of one class, or a fold is empty
 * @throws LaneError if memory or the device fails
 * @see quant.md 2.5
 */
export function* fitStudent(
  booster: Booster,
  samples: SampleSet,
  soft: Float64Array,
  recipe: Recipe,
): Generator<FitProgress, Student, void> {
  const { labels } = samples;
  checkClasses(labels);
  const { rows, folds, growth } = studentSetup(samples, recipe);
  const overlap = labelOverlap(samples, recipe);
  const evidence = softEvidence(labels, soft, overlap, lowerBound(samples, soft));
  const { mixes, reason } = candidates(recipe.student, evidence);
  const inFolds = folds.length * growth.trees.trees;
  const rounds = mixes.length * inFolds + growth.trees.trees;

  const tried: (SoftMix & Pick<Student, 'outOfFold' | 'targets'> & { logLoss: number })[] = [];
  for (const [index, mix] of mixes.entries()) {
    const targets = mixedTargets(labels, soft, mix);
    const crossed = crossFit(booster, { rows: { ...rows, targets }, folds, growth });
    const outOfFold = yield* counted(crossed, index * inFolds, rounds);
    tried.push({ ...mix, targets, outOfFold, logLoss: logLoss(labels, outOfFold) });
  }
  // Of equals the first: hard labels, then the smaller share.
  const best = tried.reduce((a, b) => (b.logLoss < a.logLoss ? b : a));
  const final = fitOnce(booster, { ...rows, targets: best.targets }, growth);
  using model = yield* counted(final, mixes.length * inFolds, rounds);
  return {
    text: model.text,
    parameters: model.parameters,
    features: model.features,
    gains: model.gains,
    outOfFold: best.outOfFold,
    targets: best.targets,
    teaching: {
      share: best.share,
      temperature: best.temperature,
      reason,
      evidence,
      tried: tried.map(({ share, temperature, logLoss: loss }) => ({
        share,
        temperature,
        logLoss: loss,
      })),
    },
    calibration: fitCalibration(labels, best.outOfFold, overlap),
    folds: foldRows(folds),
  };
}

/** Draws enough for a yes or no: with 2,000 they cost a third of a pooled student. */
const boundOptions = { ...defaultAucIntervalOptions, confidence: 0.9, draws: 500 };

/** Of a pool, whose rows of a day are one event, by a bootstrap of sessions; else by its rows. */
function lowerBound({ ts, labels, symbols }: SampleSet, soft: Float64Array): number | undefined {
  if (symbols === undefined) return undefined;
  return aucInterval(ts, labels, soft, boundOptions).low;
}

/** The mixes to try, and why these. */
function candidates(
  { mix, shares, temperatures }: StudentOptions,
  { informs }: SoftEvidence,
): { readonly mixes: readonly SoftMix[]; readonly reason: Teaching['reason'] } {
  const at = (share: number): SoftMix[] =>
    temperatures.map((temperature) => ({ share, temperature }));
  if (mix === 'hard') return { mixes: [hardLabels], reason: 'asked' };
  if (mix !== 'auto') return { mixes: at(mix), reason: 'asked' };
  if (!informs) return { mixes: [hardLabels], reason: 'oof-uninformative' };
  return { mixes: [hardLabels, ...shares.flatMap(at)], reason: 'oof-informs' };
}
