import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Recipe } from '../../../contracts/recipe.ts';
import { openBooster, type LightGbm } from '../../../runtime/lightgbm/booster.ts';
import { symbolRecipe } from '../../samples/recipes.ts';
import { auditedRecipes } from './audited.ts';
import { judgeLeaks, purgeStatistics, truncationStatistics, type Findings } from './controls.ts';
import { leakJobs, type Draw, type DrawOpinions } from './draws.ts';
import { edgeStatistics } from './edges.ts';
import { models } from './opinions.ts';
import { edgeStrengths, leakScenarios } from './scenarios.ts';
import { aboveChance, atChance, pooledAuc, type Statistic } from './statistic.ts';
import { defaultUniverseOptions } from './universe.ts';

/*
 * The controls of `audit leaks`, smaller: fewer draws of smaller models. Each is seen to pass on the
 * pipeline as it is and to fail where the pipeline has the fault that it is for.
 */
const { teacher, student } = symbolRecipe;
/** Few trees that remember single rows: they see a leak as hundreds of trees do. */
const fast = { trees: 20, learningRate: 0.3, minimumLeafRows: 5 };
const recipe: Recipe = {
  ...symbolRecipe,
  teacher: { ...teacher, ...fast },
  student: { ...student, ...fast },
};
/** Few trees that learn what many rows say. */
const steady: Recipe = {
  ...symbolRecipe,
  teacher: { ...teacher, trees: 20 },
  student: { ...student, trees: 20 },
};
/** Every student has its share of the teacher's opinion. */
const softened: Recipe = {
  ...recipe,
  student: { ...recipe.student, mix: 0.5, temperatures: [2] },
};

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => booster[Symbol.dispose]());

function finished<Output>(job: Generator<unknown, Output, void>): Output {
  let step = job.next();
  while (step.done !== true) step = job.next();
  return step.value;
}

function drawsOf(count: number, other: Partial<Draw> = {}): Draw[] {
  return Array.from({ length: count }, (_, seed) => ({
    recipe,
    ...defaultUniverseOptions,
    seed,
    ...other,
  }));
}

function opinionsOf(draws: readonly Draw[]): DrawOpinions[] {
  return draws.map((draw) => finished(leakJobs(booster).opinions(draw)));
}

function failed(statistics: readonly Statistic[]): string[] {
  return statistics.filter(({ passed }) => !passed).map(({ name }) => name);
}

function chanceOf(found: readonly DrawOpinions[]): Statistic[] {
  return models.map((model) => atChance(model, pooledAuc(found, model)));
}

describe('leak controls', () => {
  let walks: DrawOpinions[];
  let leaky: DrawOpinions[];
  beforeAll(() => {
    walks = opinionsOf(drawsOf(60));
    leaky = opinionsOf(drawsOf(30, { fault: 'tomorrow' }));
  });

  test('find nothing in random walks, and something where a feature holds tomorrow', () => {
    expect(failed(chanceOf(walks))).toEqual([]);

    expect(aboveChance('teacher', pooledAuc(leaky, 'teacher'))).toMatchObject({ passed: true });
    expect(failed(chanceOf(leaky))).toContain('teacher');
  });

  test('find nothing in random walks by students of the teacher’s opinion', () => {
    expect(failed(chanceOf(opinionsOf(drawsOf(20, { recipe: softened }))))).toEqual([]);
  });

  test('find nothing in coins, whatever edge the prices have', () => {
    const coins = opinionsOf(drawsOf(20, { fault: 'coin-labels', edge: 0.4 }));

    expect(failed(chanceOf(coins))).toEqual([]);
  });

  test('find labels that are not purged, and fail where there is no difference', () => {
    const unpurged = opinionsOf(drawsOf(60, { fault: 'no-purge' }));

    expect(failed(purgeStatistics(recipe.horizon, walks, unpurged))).toEqual([]);
    // As if the pipeline purged nothing itself.
    expect(failed(purgeStatistics(recipe.horizon, unpurged, unpurged))).toEqual(
      expect.arrayContaining([
        'between folds, unpurged less purged',
        'at the decision, unpurged less purged',
      ]),
    );
  });

  test('find a strong edge in four years, and none where there is none', () => {
    const draws = edgeStrengths.flatMap((edge) =>
      edge === 0 || edge === 0.4 ? drawsOf(4, { recipe: steady, edge, windows: 8 }) : [],
    );
    const found = opinionsOf(draws);

    const statistics = edgeStatistics(draws, found, [1, 2, 4, 8]);

    expect(failed(statistics)).toEqual([]);
    // As if the edge were where there is none, and the other way round.
    expect(failed(edgeStatistics(draws.toReversed(), found, [1, 2, 4, 8]))).toEqual([
      expect.stringMatching(/^edge 0 .* 8 windows/),
      expect.stringMatching(/^edge 0.4 .* 8 windows/),
    ]);
  });

  test('find no value that bars of later change', () => {
    const [draw] = drawsOf(1);

    const found = finished(leakJobs(booster).differences(draw));

    expect(failed(truncationStatistics([found]))).toEqual([]);
    expect(found.models.compared).toBe(16);
    expect(
      failed(truncationStatistics([{ ...found, labels: { compared: 9, different: 1 } }])),
    ).toEqual(['labels that differ']);
  });

  test('see rows of after the decision refused', () => {
    const [draw] = drawsOf(1, { fault: 'late-rows' });

    expect(finished(leakJobs(booster).refusals(draw))).toEqual({ asked: 4, refused: 4 });
    const { fault: _, ...sound } = draw;
    expect(finished(leakJobs(booster).refusals(sound))).toEqual({ asked: 4, refused: 0 });
  });

  test('fail as a whole where one of their numbers does', () => {
    const compared = { compared: 1, different: 0 };
    const found: Findings = {
      walks,
      coins: leaky,
      softened: walks,
      inSample: walks,
      leaky,
      unpurged: walks,
      edges: [],
      exact: [{ features: compared, labels: compared, models: compared }],
      late: [{ asked: 2, refused: 1 }],
    };

    const passed = judgeLeaks({ ...auditedRecipes.symbol, recipe }, [], found).map((control) => [
      control.name,
      control.passed,
    ]);

    expect(Object.fromEntries(passed)).toMatchObject({
      'random-walks': true,
      'coin-labels': false,
      'soft-labels': false,
      purge: false,
      truncation: true,
      'late-rows': false,
    });
  });
});

describe.each(['pooled', 'residual'] as const)('leak controls of %s windows', (name) => {
  const scenarios = leakScenarios({ audited: auditedRecipes[name], draws: 100 });

  test('find nothing in random walks nor in coins', () => {
    expect(failed(chanceOf(opinionsOf(scenarios.walks.slice(0, 25))))).toEqual([]);
    expect(failed(chanceOf(opinionsOf(scenarios.coins.slice(0, 15))))).toEqual([]);
  });

  test('find a feature of tomorrow, and opinions of rows that were learnt', () => {
    const leaky = opinionsOf(scenarios.leaky.slice(0, 20));
    const inSample = opinionsOf(scenarios.inSample.slice(0, 10));
    const soft = opinionsOf([...scenarios.softened, ...scenarios.walks].slice(0, 15));

    expect(failed(chanceOf(leaky))).toContain('teacher out-of-fold');
    expect(failed(chanceOf(soft))).toEqual([]);
    expect(failed(chanceOf(inSample))).toContain('student out-of-fold');
  });

  test('find no value that bars of later change, and late rows refused', () => {
    const { differences, refusals } = leakJobs(booster);

    const found = finished(differences(scenarios.exact[0]));

    expect(failed(truncationStatistics([found]))).toEqual([]);
    expect(found.models.compared).toBe(8);
    expect(finished(refusals(scenarios.late[0]))).toEqual({ asked: 2, refused: 2 });
    expect(finished(refusals(scenarios.exact[0]))).toEqual({ asked: 2, refused: 0 });
  });
});

test('students of opinions by teachers of later blocks are found out', () => {
  const { recipe: pooled, ...rest } = leakScenarios({
    audited: auditedRecipes.pooled,
    draws: 100,
  }).softened[0];
  const blocks: Recipe = { ...pooled, foldScheme: 'blocks', initialShare: 0 };

  const found = opinionsOf(
    drawsOf(10, { ...rest, recipe: blocks }).map((draw, seed) => ({ ...draw, seed })),
  );

  expect(failed(chanceOf(found))).toEqual(['student out-of-fold']);
});
