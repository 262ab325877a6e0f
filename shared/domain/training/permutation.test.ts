import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { seededChance } from '../samples/random-walk.fixture.ts';
import type { Fold } from '../samples/splits.ts';
import { crossFit, type FoldSetup } from './cross-fit.ts';
import { permutedLoss, type PermutedFamily, type PermutedLoss } from './permutation.ts';

// 600 rows whose label follows "signal", of which "twin" is a copy with a little noise; "noise" says
// nothing. Folds test on the last 400.

const n = 600;
const chance = seededChance(3);
const signal = Array.from({ length: n }, () => chance.normal());
const columns = [
  signal,
  signal.map((x) => x + 0.05 * chance.normal()),
  signal.map(() => chance.normal()),
];
const labels = Int8Array.from(signal, (x) => Number(x + 0.7 * chance.normal() > 0));
const folds: Fold[] = [200, 400].map((testStart) => ({
  train: Int32Array.from({ length: testStart }, (_, row) => row),
  testStart,
  testEnd: testStart + 200,
}));
const setup: FoldSetup = {
  rows: {
    matrix: {
      rows: n,
      features: ['signal', 'twin', 'noise'],
      values: Float32Array.from(columns.flat()),
    },
    labels,
    targets: Float32Array.from(labels),
  },
  folds,
  growth: {
    objective: 'binary',
    trees: { leaves: 7, trees: 30, minimumLeafRows: 20, learningRate: 0.1, seed: 1 },
  },
};
const both: PermutedFamily = { family: 'both', columns: [0, 1] };
const one: PermutedFamily = { family: 'one', columns: [0] };
const noise: PermutedFamily = { family: 'noise', columns: [2] };

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => {
  expect(booster.openHandles).toBe(0);
  booster[Symbol.dispose]();
});

function finished<Output>(work: Generator<unknown, Output, void>): Output {
  let step = work.next();
  while (step.done !== true) step = work.next();
  return step.value;
}

function measured(families: PermutedFamily[], options = { repeats: 5, seed: 1 }): PermutedLoss {
  return finished(permutedLoss(booster, setup, { families, ...options }));
}

describe('permutedLoss', () => {
  test('finds what the labels follow, and nothing where they follow nothing', () => {
    const { increases, rows, logLoss } = measured([both, noise]);

    expect(rows).toBe(400);
    // Without the signal a model that believes in it is worse than no model, at 0.69 nats.
    expect(logLoss).toBeLessThan(0.6);
    expect(logLoss + increases[0]).toBeGreaterThan(0.7);
    expect(Math.abs(increases[1])).toBeLessThan(0.05);
  });

  test('shuffles a family together: alone, each of two alike is stood in for by the other', () => {
    const [together, alone] = measured([both, one]).increases;

    expect(together).toBeGreaterThan(1.3 * alone);
  });

  test('leaves what the folds say as it is, and does not touch the rows', () => {
    const before = setup.rows.matrix.values.slice();

    const { outOfFold } = measured([both, noise]);

    expect(outOfFold).toEqual(finished(crossFit(booster, setup)));
    expect(setup.rows.matrix.values).toEqual(before);
  });

  test('is the same for the same seed, and for a family whatever others are asked for', () => {
    const first = measured([both, noise]);

    expect(measured([both, noise])).toEqual(first);
    expect(measured([noise]).increases).toEqual([first.increases[1]]);
    expect(measured([both], { repeats: 5, seed: 2 }).increases[0]).not.toBe(first.increases[0]);
  });

  test('is nothing of a fold that has nothing to learn from', () => {
    const flat = { ...setup, rows: { ...setup.rows, labels: new Int8Array(n).fill(1) } };

    const { increases } = finished(
      permutedLoss(booster, flat, { families: [both], repeats: 2, seed: 1 }),
    );

    expect(increases).toEqual([0]);
  });

  test('frees what it holds when it is ended early', () => {
    const work = permutedLoss(booster, setup, { families: [both], repeats: 1, seed: 1 });
    work.next();
    expect(booster.openHandles).toBeGreaterThan(0);

    (work as Iterator<unknown>).return?.();

    expect(booster.openHandles).toBe(0);
  });
});
