import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { StudentMix } from '../../contracts/recipe.ts';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import type { Bars } from '../market/bars.ts';
import { labelEnds } from '../samples/labels.ts';
import { randomWalk, seededChance } from '../samples/random-walk.fixture.ts';
import { symbolRecipe as recipe } from '../samples/recipes.ts';
import { evaluationRows, sampleSet, trainingRows } from '../samples/sample-set.ts';
import { spanOf } from '../samples/window-span.fixture.ts';
import { areaUnderCurve } from '../validation/metrics.ts';
import { fitStudent } from './student.ts';
import { fitTeacher, predictTeacher } from './teacher.ts';

/*
 * Controls, each by the rows that follow the window the models were fitted on, of the teacher and of
 * students of hard labels and of the teacher's opinion:
 * - a price nobody can predict scores chance
 * - a signal that is there is found
 * - the same signal with shuffled labels scores chance
 */
const length = 125;
const windowStarts = [300, 300 + length, 300 + 2 * length];
const n = 300 + 4 * length + 10;

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => booster[Symbol.dispose]());

type Relabel = (labels: Int8Array) => Int8Array;

const models = ['teacher', 'hard student', 'soft student'] as const;
type Model = (typeof models)[number];

/** Rows of an evaluation span: their labels and what a model says of them. */
interface Judged {
  readonly labels: readonly number[];
  readonly probabilities: readonly number[];
}

/** Fits models on one window and predicts the span that follows. */
function judged(
  bars: Bars,
  from: number,
  relabel: Relabel = (labels) => labels,
): Record<Model, Judged> {
  const span = spanOf(bars, from, from + length, from + 2 * length);
  const labelled = { ts: bars.ts, labelEnds: labelEnds(bars, recipe.horizon) };
  const training = sampleSet(bars, trainingRows(labelled, span, recipe.readyBars), recipe);
  const evaluation = sampleSet(bars, evaluationRows(bars.ts, span), recipe);
  const samples = { ...training, labels: relabel(training.labels) };
  const teacher = finished(fitTeacher(booster, samples, recipe));
  const said = (text: string): Judged => ({
    labels: [...evaluation.labels],
    probabilities: [...predictTeacher(booster, text, evaluation.matrix)],
  });
  const student = (mix: StudentMix): Judged => {
    const options = { ...recipe, student: { ...recipe.student, mix, temperatures: [2] } };
    return said(finished(fitStudent(booster, samples, teacher.outOfFold, options)).text);
  };
  return {
    teacher: said(teacher.text),
    'hard student': student('hard'),
    'soft student': student(1),
  };
}

/** AUC over the rows of all spans together. */
function pooledAuc(spans: readonly Judged[]): number {
  return areaUnderCurve(
    Int8Array.from(spans.flatMap(({ labels }) => labels)),
    Float64Array.from(spans.flatMap(({ probabilities }) => probabilities)),
  );
}

function finished<Output>(fit: Generator<unknown, Output, void>): Output {
  let step = fit.next();
  while (step.done !== true) step = fit.next();
  return step.value;
}

/** Bars whose volume tells, at each close, which way the coming opens drift: 13 days up, 13 down. */
function planted(seed: number): Bars {
  const state = (i: number): number => (Math.floor(i / 13) % 2 === 0 ? 1 : -1);
  const bars = randomWalk(n, seed, (i) => 0.015 * state(i - 4));
  return { ...bars, volume: bars.volume.map((volume, i) => volume * Math.exp(state(i))) };
}

function shuffled(seed: number): Relabel {
  const chance = seededChance(seed);
  return (labels) => {
    const order = Array.from(labels, (label) => ({ label, key: chance.uniform() }));
    return Int8Array.from(
      order.toSorted((a, b) => a.key - b.key),
      ({ label }) => label,
    );
  };
}

/** Standard error of a pooled AUC, by leaving out one group of dependent spans at a time. */
function jackknifeError(groups: readonly (readonly Judged[])[]): number {
  const scores = groups.map((left) => pooledAuc(groups.filter((group) => group !== left).flat()));
  const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const squares = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0);
  return Math.sqrt((squares * (scores.length - 1)) / scores.length);
}

/**
 * Expects chance of groups that are independent of each other.
 *
 * The spans are pooled: over a single short span of a random walk the AUC is not 0.5 but 0.512 on
 * average (200 walks × 3 windows, ± 0.003, and 0.517 ± 0.004 with 150 bars between window and span),
 * since a walk seems to revert to the mean of any span, before as after the decision.
 */
function expectChance(groups: readonly (readonly Judged[])[]): void {
  const auc = pooledAuc(groups.flat());
  const error = jackknifeError(groups);
  expect(error, 'standard error').toBeLessThan(0.03);
  expect(Math.abs(auc - 0.5) / error, `AUC "${auc}" ± "${error}"`).toBeLessThan(2.6);
}

/** What one model says, of all windows of all groups. */
function of(model: Model, groups: readonly Record<Model, Judged>[][]): Judged[][] {
  return groups.map((windows) => windows.map((window) => window[model]));
}

describe('models score chance', () => {
  const walks = Array.from({ length: 30 }, (_, seed) => randomWalk(n, 1000 + seed));
  const signals = Array.from({ length: 15 }, (_, seed) => planted(100 + seed));
  let onWalks: Record<Model, Judged>[][];
  let onShuffled: Record<Model, Judged>[][];
  beforeAll(() => {
    onWalks = walks.map((bars) => windowStarts.map((from) => judged(bars, from)));
    onShuffled = signals.map((bars, seed) =>
      windowStarts.map((from) => judged(bars, from, shuffled(seed))),
    );
  });

  test.each(models)('on random walks: %s', (model) => {
    expectChance(of(model, onWalks));
  });

  test.each(models)('where the labels of planted signals are shuffled: %s', (model) => {
    expectChance(of(model, onShuffled));
  });
});

describe('models find', () => {
  test.each([1, 2, 3])('the planted signal of seed %s', (seed) => {
    const found = judged(planted(seed), windowStarts[0]);

    // Opinions are a blurred copy of the labels.
    const least = { teacher: 0.7, 'hard student': 0.7, 'soft student': 0.6 };
    for (const model of models)
      expect(pooledAuc([found[model]]), model).toBeGreaterThan(least[model]);
  });
});
