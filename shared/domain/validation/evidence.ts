import type { Panel } from './panel.ts';
import { areaStatistic } from './statistics/area-under-curve.ts';
import {
  calibrationError,
  reliability,
  type ReliabilityBin,
} from './statistics/calibration-error.ts';
import { meanSide, type Side } from './statistics/side.ts';
import { detectableMean } from './statistics/detectable-mean.ts';
import { panelSample, type PanelSample } from './statistics/panel-sample.ts';
import { logLossStatistics } from './statistics/log-loss.ts';
import { neweyWestMean, type SeriesMean } from './statistics/newey-west.ts';
import { dailyRankIc } from './statistics/rank-ic.ts';
import {
  bootstrapped,
  difference,
  estimate,
  meanOfSessions,
  type BootstrapOptions,
  type Estimate,
  type Sampled,
  type Statistic,
} from './statistics/stationary-bootstrap.ts';
import { dailyEqualWeight, dailyTopTenth } from './statistics/top-tenth.ts';
import { wilsonInterval, type ShareInterval } from './statistics/wilson.ts';

/** Something that scores rows: a model, or a rule to beat. */
export interface Arm {
  readonly name: string;
  /** A score for each row of the panel, none NaN; higher is better. */
  readonly scores: Float64Array;
  /** Whether scores are probabilities of label 1. */
  readonly isProbability: boolean;
}

/** How evidence is weighed. */
export interface EvidenceOptions {
  /** Lags of Newey and West's standard errors: 2H for labels of H sessions. */
  readonly lags: number;
  /** Sessions a label looks ahead. */
  readonly horizon: number;
  readonly bootstrap: BootstrapOptions;
}

/** A mean over sessions, by block bootstrap and by Newey and West. */
export interface SessionMean extends Estimate, Omit<SeriesMean, 'mean'> {
  /** Where it lies, seen from nothing: both the interval and Newey and West must say so. */
  readonly side: Side;
}

/** What one arm's scores are worth. */
export interface ArmEvidence {
  readonly arm: string;
  readonly rankIc: SessionMean & {
    /** The rank IC that samples like this one find at 80 % power, one-sided at 5 %. */
    readonly detectable: number;
    /** Calendar months whose mean rank IC is above 0. */
    readonly months: ShareInterval;
  };
  readonly auc: Estimate;
  /** What the top tenth returned more than equal weight, a fraction a label, before costs. */
  readonly topTenth: Estimate;
  /** Absent of scores that are no probabilities. */
  readonly probability?: {
    /** Nats a row. */
    readonly logLoss: number;
    /** Of the base rate of the same rows. */
    readonly constantLogLoss: number;
    /** The first less the second: below 0 is better than the constant. */
    readonly excess: Estimate;
    readonly calibrationError: Estimate;
    readonly reliability: readonly ReliabilityBin[];
  };
}

/** One arm less another on the same rows, by the same resamples. */
export interface PairEvidence {
  readonly arm: string;
  readonly against: string;
  readonly rankIc: SessionMean;
  readonly auc: Estimate;
  readonly topTenth: Estimate;
  /** Nats a row, below 0 where the first loses less; absent unless both are probabilities. */
  readonly logLoss?: Estimate;
}

/** What a panel says of its arms. */
export interface PanelEvidence {
  readonly rows: number;
  readonly sessions: number;
  readonly symbols: number;
  /** Share of labels that are 1. */
  readonly baseRate: number;
  /** What all symbols returned with equal weight, a fraction a label, before costs. */
  readonly equalWeight: Estimate;
  readonly effective: PanelSample;
  readonly arms: readonly ArmEvidence[];
  readonly pairs: readonly PairEvidence[];
}

/**
 * Weighs the scores of several arms over the same rows.
 *
 * @param pairs - names of arms to compare, the first less the second
 */
export function panelEvidence(
  panel: Panel,
  arms: readonly Arm[],
  pairs: readonly (readonly [arm: string, against: string])[],
  options: EvidenceOptions,
): PanelEvidence {
  const series = new Map(arms.map((arm) => [arm.name, dailyRankIc(panel, arm.scores)]));
  const statistics: Record<string, Statistic> = {
    equalWeight: meanOfSessions(dailyEqualWeight(panel)),
  };
  for (const arm of arms) {
    const rankIc = series.get(arm.name) ?? new Float64Array();
    for (const [name, statistic] of Object.entries(armStatistics(panel, arm, rankIc)))
      statistics[`${arm.name} ${name}`] = statistic;
  }
  for (const [arm, against] of pairs) {
    const daily = dailyDifference(series, arm, against);
    statistics[`${arm} less ${against}`] = meanOfSessions(daily);
  }
  const sampled = bootstrapped(statistics, panel.days.length, options.bootstrap);
  const measured = (arm: string, name: string): Sampled => sampled[`${arm} ${name}`];
  const estimated = (one: Sampled): Estimate => estimate(one, options.bootstrap.confidence);
  const weighed: Weighed = { panel, options, series, measured, estimated };
  return {
    rows: panel.ts.length,
    sessions: panel.days.length,
    symbols: new Set(panel.symbol).size,
    baseRate: panel.label.reduce((sum, label) => sum + label, 0) / panel.label.length,
    equalWeight: estimated(sampled.equalWeight),
    effective: panelSample(panel, options.horizon),
    arms: arms.map((arm) => armEvidence(weighed, arm)),
    pairs: pairs.map((pair) => pairEvidence(weighed, pair, arms)),
  };
}

interface Weighed {
  readonly panel: Panel;
  readonly options: EvidenceOptions;
  /** Daily rank ICs by arm. */
  readonly series: ReadonlyMap<string, Float64Array>;
  readonly measured: (arm: string, name: string) => Sampled;
  readonly estimated: (one: Sampled) => Estimate;
}

function armStatistics(
  panel: Panel,
  { scores, isProbability }: Arm,
  rankIc: Float64Array,
): Readonly<Record<string, Statistic>> {
  const { session, label, days } = panel;
  const rows = { session, label, score: scores };
  return {
    rankIc: meanOfSessions(rankIc),
    auc: areaStatistic(rows),
    topTenth: meanOfSessions(dailyTopTenth(panel, scores)),
    ...(isProbability
      ? {
          ...logLossStatistics(rows, days.length),
          calibrationError: calibrationError(rows, days.length),
        }
      : {}),
  };
}

function armEvidence(
  { panel, options, series, measured, estimated }: Weighed,
  { name, scores, isProbability }: Arm,
): ArmEvidence {
  const of = (statistic: string): Estimate => estimated(measured(name, statistic));
  const daily = series.get(name) ?? new Float64Array();
  const mean = sessionMean(daily, of('rankIc'), options.lags);
  return {
    arm: name,
    rankIc: {
      ...mean,
      detectable: detectableMean(mean.standardError),
      months: monthsAboveZero(panel, daily),
    },
    auc: of('auc'),
    topTenth: of('topTenth'),
    ...(isProbability
      ? {
          probability: {
            logLoss: measured(name, 'logLoss').value,
            constantLogLoss: measured(name, 'constant').value,
            excess: of('excess'),
            calibrationError: of('calibrationError'),
            reliability: reliability({ label: panel.label, score: scores }),
          },
        }
      : {}),
  };
}

function pairEvidence(
  { options, series, measured, estimated }: Weighed,
  [arm, against]: readonly [string, string],
  arms: readonly Arm[],
): PairEvidence {
  const of = (name: string): Estimate =>
    estimated(difference(measured(arm, name), measured(against, name)));
  const daily = dailyDifference(series, arm, against);
  // Of sessions on which both rank; the means of each alone may be of more.
  const rankIc = estimated(measured(arm, `less ${against}`));
  const areProbabilities = arms
    .filter(({ name }) => name === arm || name === against)
    .every(({ isProbability }) => isProbability);
  return {
    arm,
    against,
    rankIc: sessionMean(daily, rankIc, options.lags),
    auc: of('auc'),
    topTenth: of('topTenth'),
    ...(areProbabilities ? { logLoss: of('logLoss') } : {}),
  };
}

function dailyDifference(series: Weighed['series'], arm: string, against: string): Float64Array {
  const [mine, theirs] = [arm, against].map((name) => series.get(name) ?? new Float64Array());
  return mine.map((value, session) => value - theirs[session]);
}

function sessionMean(daily: Float64Array, estimated: Estimate, lags: number): SessionMean {
  const { standardError, t, ratio, count } = neweyWestMean(daily, lags);
  return { ...estimated, standardError, t, ratio, count, side: meanSide(estimated, t) };
}

function monthsAboveZero({ days }: Panel, daily: Float64Array): ShareInterval {
  const known = [...daily.keys()].filter((session) => !Number.isNaN(daily[session]));
  const months = Map.groupBy(known, (session) => days[session].slice(0, 7));
  const sums = [...months.values()].map((month) =>
    month.reduce((sum, session) => sum + daily[session], 0),
  );
  return wilsonInterval(sums.filter((sum) => sum > 0).length, sums.length);
}
