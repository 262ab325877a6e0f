import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { randomWalk } from '../samples/random-walk.fixture.ts';
import { symbolRecipe } from '../samples/recipes.ts';
import { sampleSet, type SampleSet } from '../samples/sample-set.ts';
import type { FitProgress } from './booster.ts';
import { fitTeacher, predictTeacher, type Teacher } from './teacher.ts';

const recipe = {
  ...symbolRecipe,
  folds: 3,
  initialShare: 0.4,
  teacher: { leaves: 7, trees: 10, minimumLeafRows: 10, learningRate: 0.1, seed: 1 },
};
/** 120 labelled rows: folds test on 48 to 72, 72 to 96 and 96 to 120. */
const samples = sampleSet(
  randomWalk(430, 5),
  Int32Array.from({ length: 120 }, (_, i) => 300 + i),
  recipe,
);

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => {
  expect(booster.openHandles).toBe(0);
  booster[Symbol.dispose]();
});

function fitted(set: SampleSet): { teacher: Teacher; progress: readonly FitProgress[] } {
  const fit = fitTeacher(booster, set, recipe);
  const progress: FitProgress[] = [];
  let step = fit.next();
  for (; step.done !== true; step = fit.next()) progress.push(step.value);
  return { teacher: step.value, progress };
}

/** The same samples with other labels. */
function labelled(label: (row: number) => number): SampleSet {
  return { ...samples, labels: samples.labels.map((_, row) => label(row)) };
}

describe('fitTeacher', () => {
  test('predicts the test blocks of the folds and no row before them', () => {
    const { teacher } = fitted(samples);

    const isPredicted = Array.from(teacher.outOfFold, (p) => p > 0 && p < 1);
    expect(isPredicted).toEqual(Array.from({ length: 120 }, (_, row) => row >= 48));
    expect(teacher.outOfFold.subarray(0, 48).every(Number.isNaN)).toBe(true);
    expect(teacher.folds).toEqual([
      { trainRows: 43, testRows: 24 },
      { trainRows: 67, testRows: 24 },
      { trainRows: 91, testRows: 24 },
    ]);
  });

  test('counts the rounds of all fits', () => {
    const { progress } = fitted(samples);

    expect(progress).toEqual(Array.from({ length: 40 }, (_, i) => ({ round: i + 1, rounds: 40 })));
  });

  test('fits the final model with the recipe’s options on all rows', () => {
    const { teacher } = fitted(samples);

    expect(teacher.features).toEqual(samples.matrix.features);
    expect(teacher.parameters).toMatchObject({
      objective: 'binary',
      num_leaves: '7',
      min_data_in_leaf: '10',
      learning_rate: '0.1',
      seed: '1',
      deterministic: '1',
    });
  });

  test('gives the same bytes for the same samples', () => {
    expect(fitted(samples).teacher).toEqual(fitted(samples).teacher);
  });

  test('predicts a block without its own labels, those that had not ended, and all that follow', () => {
    const before = fitted(samples).teacher.outOfFold;
    // The last label that had ended when row 72 opened is that of row 66.
    const changed = labelled((row) => (row > 66 ? 1 - samples.labels[row] : samples.labels[row]));
    const values = samples.matrix.values.map((value, i) => (i % 120 >= 96 ? -value : value));

    const after = fitted({ ...changed, matrix: { ...samples.matrix, values } }).teacher.outOfFold;

    expect(after.subarray(0, 96)).toEqual(before.subarray(0, 96));
    expect(after.subarray(96)).not.toEqual(before.subarray(96));
  });

  test('gives a fold of one class its smoothed base rate, without fitting it', () => {
    const { teacher, progress } = fitted(labelled((row) => (row < 43 ? 1 : row % 2)));

    expect(teacher.outOfFold.subarray(48, 72)).toEqual(new Float64Array(24).fill(44 / 45));
    expect(progress).toHaveLength(30);
    expect(progress.at(-1)).toEqual({ round: 40, rounds: 40 });
  });

  test('gives a fold of too few rows for a split its smoothed base rate', () => {
    const options = { ...recipe, teacher: { ...recipe.teacher, minimumLeafRows: 22 } };
    const fit = fitTeacher(
      booster,
      labelled((row) => row % 2),
      options,
    );
    let step = fit.next();
    while (step.done !== true) step = fit.next();

    // 43 rows, 21 of them gains.
    expect(step.value.outOfFold.subarray(48, 72)).toEqual(new Float64Array(24).fill(22 / 45));
  });

  test.each([1, 10, 15, 40])('frees all it holds when ended after round %s', (rounds) => {
    const fit = fitTeacher(booster, samples, recipe);
    for (let round = 0; round < rounds; round++) fit.next();
    expect(booster.openHandles).toBeGreaterThan(0);

    (fit as Iterator<FitProgress>).return?.();

    expect(booster.openHandles).toBe(0);
  });

  test.each([
    ['one class', 1],
    ['unknown labels', -1],
  ])('refuses rows of %s', (_, label) => {
    expect(() => fitted(labelled((row) => (row < 60 ? 1 : label)))).toThrow(InputError);
  });
});

describe('predictTeacher', () => {
  test('predicts from the text and frees the model', () => {
    const { text } = fitted(samples).teacher;

    const probabilities = predictTeacher(booster, text, samples.matrix);

    expect(probabilities.length).toBe(120);
    expect(probabilities.every((p) => p > 0 && p < 1)).toBe(true);
    expect(booster.openHandles).toBe(0);
  });

  test('refuses other features and frees the model', () => {
    const { text } = fitted(samples).teacher;
    const features = samples.matrix.features.toReversed();

    expect(() => predictTeacher(booster, text, { ...samples.matrix, features })).toThrow(
      InputError,
    );
    expect(booster.openHandles).toBe(0);
  });
});
