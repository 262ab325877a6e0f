import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { StudentMix, StudentOptions } from '../../contracts/recipe.ts';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { randomWalk, seededChance } from '../samples/random-walk.fixture.ts';
import { symbolRecipe } from '../samples/recipes.ts';
import { sampleSet, type SampleSet } from '../samples/sample-set.ts';
import type { FitProgress } from './booster.ts';
import { fitStudent, type Student } from './student.ts';

// A student:
// - learns hard labels unless the teacher's opinion informs, or a share of it is asked for
// - takes of all mixes the one whose cross-fitted student scores best, and says what was tried
// - knows nothing that comes after a fold's test block; is the same every time; frees what it holds

const options: StudentOptions = { ...symbolRecipe.student, trees: 10, minimumLeafRows: 10 };
/** 200 labelled rows: folds test on the last 120. */
const walk = sampleSet(
  randomWalk(510, 5),
  Int32Array.from({ length: 200 }, (_, i) => 300 + i),
  symbolRecipe,
);

/** A teacher's out-of-fold opinion of the walk: right by `skill` logits. */
function opinion(skill: number, set: SampleSet = walk): Float64Array {
  const chance = seededChance(11);
  return Float64Array.from(set.labels, (label, row) =>
    row < 80 ? NaN : 1 / (1 + Math.exp(-skill * (2 * label - 1) - 0.2 * chance.normal())),
  );
}

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => {
  expect(booster.openHandles).toBe(0);
  booster[Symbol.dispose]();
});

function distil(soft: Float64Array, mix: StudentMix, set = walk): Student & { rounds: number } {
  const fit = fitStudent(booster, set, soft, { ...symbolRecipe, student: { ...options, mix } });
  let last: FitProgress | undefined;
  let step = fit.next();
  for (; step.done !== true; step = fit.next()) last = step.value;
  expect(last?.round).toBe(last?.rounds);
  return { ...step.value, rounds: last?.rounds ?? 0 };
}

describe('fitStudent', () => {
  test('learns hard labels where the teacher does not inform', () => {
    const { teaching, targets, rounds } = distil(opinion(-0.3), 'auto');

    expect(teaching).toMatchObject({ share: 0, temperature: 1, reason: 'oof-uninformative' });
    expect(teaching.evidence.informs).toBe(false);
    expect(teaching.tried).toHaveLength(1);
    expect(targets).toEqual(Float32Array.from(walk.labels));
    // Three folds and the final fit.
    expect(rounds).toBe(40);
  });

  test('tries every mix where the teacher informs, and takes the best of them', () => {
    const { teaching, rounds } = distil(opinion(0.5), 'auto');

    expect(teaching.reason).toBe('oof-informs');
    expect(teaching.tried.map(({ share, temperature }) => [share, temperature])).toEqual([
      [0, 1],
      [0.5, 1],
      [0.5, 2],
      [0.5, 4],
      [1, 1],
      [1, 2],
      [1, 4],
    ]);
    const best = Math.min(...teaching.tried.map(({ logLoss }) => logLoss));
    expect(teaching.tried.find(({ logLoss }) => logLoss === best)).toMatchObject({
      share: teaching.share,
      temperature: teaching.temperature,
    });
    expect(rounds).toBe(7 * 30 + 10);
  });

  test.each([
    ['hard', 0, 1],
    [0.5, 0.5, 3],
    [1, 1, 3],
  ] as const)('learns a mix of %s where that is asked for', (mix, share, tried) => {
    const { teaching } = distil(opinion(-0.3), mix);

    expect(teaching).toMatchObject({ share, reason: 'asked' });
    expect(teaching.tried).toHaveLength(tried);
  });

  test('mixes opinions into the targets of the rows that have one', () => {
    const soft = opinion(-0.3);

    const { targets, teaching } = distil(soft, 1);

    expect(targets.slice(0, 80)).toEqual(Float32Array.from(walk.labels.slice(0, 80)));
    const odds = (soft[80] / (1 - soft[80])) ** (1 / teaching.temperature);
    expect(targets[80]).toBeCloseTo(odds / (1 + odds), 6);
  });

  test('grows its trees as the recipe says, with every feature', () => {
    const { parameters, features, text } = distil(opinion(0), 'hard');

    expect(parameters).toMatchObject({ objective: 'cross_entropy', num_leaves: '7' });
    expect(features).toEqual(walk.matrix.features);
    expect(text.match(/^Tree=/gm)?.length).toBeLessThanOrEqual(10);
  });

  test('is calibrated by predictions of rows it had not seen', () => {
    const { outOfFold, calibration, folds } = distil(opinion(0), 'hard');

    expect(outOfFold.findIndex((p) => !Number.isNaN(p))).toBe(80);
    expect(calibration.slope).toBeGreaterThanOrEqual(0.05);
    expect(calibration.slope).toBeLessThan(1);
    expect(folds.map(({ testRows }) => testRows)).toEqual([40, 40, 40]);
  });

  test('predicts a block without labels and opinions that come with it or after', () => {
    const soft = opinion(0.5);
    const before = distil(soft, 0.5);
    // The first block is rows 80 to 120; what had ended when row 80 opened is before row 75.
    const labels = walk.labels.map((label, row) => (row >= 75 ? 1 - label : label));
    const other = soft.map((p, row) => (row >= 80 ? 1 - p : p));

    const fit = fitStudent(booster, { ...walk, labels }, other, {
      ...symbolRecipe,
      student: { ...options, mix: 0.5, temperatures: [before.teaching.temperature] },
    });
    let step = fit.next();
    while (step.done !== true) step = fit.next();

    expect(step.value.outOfFold.slice(80, 120)).toEqual(before.outOfFold.slice(80, 120));
    expect(step.value.outOfFold.slice(120)).not.toEqual(before.outOfFold.slice(120));
  });

  test('is the same every time', () => {
    expect(distil(opinion(0.5), 'auto')).toEqual(distil(opinion(0.5), 'auto'));
  });

  test.each([1, 15, 35])('frees all it holds when ended after round %s', (rounds) => {
    const fit = fitStudent(booster, walk, opinion(0), { ...symbolRecipe, student: options });
    for (let round = 0; round < rounds; round++) fit.next();
    expect(booster.openHandles).toBeGreaterThan(0);

    (fit as Iterator<FitProgress>).return?.();

    expect(booster.openHandles).toBe(0);
  });

  test('refuses rows of one class', () => {
    const labels = new Int8Array(200).fill(1);

    expect(() => distil(opinion(0), 'hard', { ...walk, labels })).toThrow('of both classes');
  });
});
