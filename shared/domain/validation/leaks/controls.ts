import type { Audited } from './audited.ts';
import type { Draw, DrawOpinions, Refusals } from './draws.ts';
import { edgeStatistics } from './edges.ts';
import { models } from './opinions.ts';
import type { Scenarios } from './scenarios.ts';
import {
  aboveChance,
  aboveSound,
  atBlockStart,
  atChance,
  counted,
  pooledAuc,
  type Statistic,
} from './statistic.ts';
import { sumOf, type Differences } from './truncation.ts';

/** What the draws of every scenario showed, in their order. */
export type Findings = {
  readonly [Name in keyof Scenarios]: Name extends 'exact'
    ? readonly Differences[]
    : Name extends 'late'
      ? readonly Refusals[]
      : readonly DrawOpinions[];
};

/** One control with its numbers. */
export interface ControlResult {
  readonly name: string;
  /** What is tried and what should come of it. */
  readonly claim: string;
  readonly statistics: readonly Statistic[];
  readonly passed: boolean;
}

/**
 * Judges what the draws showed: where nothing can be known, nothing may be found; and what is planted
 * must be.
 *
 * @param edges - the draws of the scenario of that name
 * @see quant.md 2.9.6
 */
export function judgeLeaks(
  { recipe, poolRecipe, edgeLengths }: Audited,
  edges: readonly Draw[],
  found: Findings,
): ControlResult[] {
  // After a window, what a residual student adds is mostly noise: between folds it has more rows.
  const taught = poolRecipe === undefined ? 'student' : 'student out-of-fold';
  const softened = found.softened.length > 0 ? found.softened : found.walks;
  return [
    control(
      'random-walks',
      'nothing is learnt from prices that nobody can predict',
      models.map((model) => atChance(model, pooledAuc(found.walks, model))),
    ),
    control(
      'coin-labels',
      'nothing is learnt of labels that are coins',
      models.map((model) => atChance(model, pooledAuc(found.coins, model))),
    ),
    control(
      'soft-labels',
      'students of opinions alone learn nothing of random walks, more where a teacher had learnt the rows',
      [
        ...(['student', 'student out-of-fold'] as const).map((model) =>
          atChance(model, pooledAuc(softened, model)),
        ),
        aboveSound(
          'student out-of-fold, in-sample opinions',
          pooledAuc(softened, 'student out-of-fold'),
          pooledAuc(found.inSample, 'student out-of-fold'),
        ),
      ],
    ),
    control(
      'planted-leak',
      'a feature of tomorrow’s return is found out',
      (['teacher', taught] as const).map((model) =>
        aboveChance(model, pooledAuc(found.leaky, model)),
      ),
    ),
    control(
      'purge',
      'rows next to what was learnt score chance, and more where nothing is purged',
      purgeStatistics(recipe.horizon, found.walks, found.unpurged),
    ),
    control(
      'planted-edge',
      'a strong edge is found in the longest sample, and none where there is none',
      edgeStatistics(edges, found.edges, edgeLengths),
    ),
    control(
      'truncation',
      'bars of later change no feature, no label that had ended, and no model',
      truncationStatistics(found.exact),
    ),
    control('late-rows', 'a row dated after the decision is refused', [refusal(found.late)]),
  ];
}

/** By the rows whose label overlaps with what was learnt, between folds and at the decision. */
export function purgeStatistics(
  horizon: number,
  walks: readonly DrawOpinions[],
  unpurged: readonly DrawOpinions[],
): Statistic[] {
  const isClose = atBlockStart(horizon);
  return (
    [
      ['between folds', 'teacher out-of-fold'],
      ['at the decision', 'teacher'],
    ] as const
  ).flatMap(([where, model]) => {
    const [sound, faulty] = [walks, unpurged].map((draws) => pooledAuc(draws, model, isClose));
    return [
      atChance(`${where}, purged`, sound),
      aboveSound(`${where}, unpurged less purged`, sound, faulty),
    ];
  });
}

/** @param found - what each draw showed */
export function truncationStatistics(found: readonly Differences[]): Statistic[] {
  return Object.entries(sumOf(found)).map(([what, { compared, different }]) =>
    counted(`${what} that differ`, different, {
      expected: `0 of ${compared}`,
      passed: different === 0 && compared > 0,
    }),
  );
}

function refusal(found: readonly Refusals[]): Statistic {
  const asked = found.reduce((sum, refusals) => sum + refusals.asked, 0);
  const refused = found.reduce((sum, refusals) => sum + refusals.refused, 0);
  const passed = refused === asked && asked > 0;
  return counted('windows refused', refused, { expected: `all of ${asked}`, passed });
}

function control(name: string, claim: string, statistics: readonly Statistic[]): ControlResult {
  return { name, claim, statistics, passed: statistics.every(({ passed }) => passed) };
}
