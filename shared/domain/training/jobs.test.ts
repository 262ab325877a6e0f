import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DataError, InputError, InvariantError } from '../../contracts/errors.ts';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { openOnnx } from '../../runtime/onnx/onnx.ts';
import { sliceBars } from '../market/bars/bars.ts';
import { randomWalk } from '../samples/random-walk.fixture.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { pooledRecipe, residualRecipe, symbolRecipe } from '../samples/recipes.ts';
import { spanOf } from '../samples/window-span.fixture.ts';
import { calibrated } from './calibration.ts';
import {
  trainingJobs,
  type StudentInput,
  type StudentJobResult,
  type TeacherJobResult,
} from './jobs.ts';
import type { Planted, PredictionRows } from './window-sets.ts';

const recipe = { ...symbolRecipe, teacher: { ...symbolRecipe.teacher, trees: 20 } };
const series = randomWalk(600, 2);
const span = spanOf(series, 300, 422, 540);
const known = sliceBars(series, 0, 500);

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

function teacher(): TeacherJobResult {
  return finished(trainingJobs(booster).teacher({ bars: known, span, recipe }));
}

function student(soft?: StudentInput['soft']): StudentJobResult {
  const { ts, outOfFold } = teacher().training;
  const learnt = soft ?? { ts, probability: outOfFold };
  const input = { bars: known, span, recipe, soft: learnt, metadata: { window: 'w' } };
  return finished(trainingJobs(booster).student(input));
}

describe('trainingJobs', () => {
  test('teacher learns from the rows whose label had ended on the decision day', () => {
    const { training } = teacher();

    expect(training.ts).toEqual(series.ts.slice(300, 417));
    expect(training.labelEnds).toEqual(series.ts.slice(306, 423));
    expect(training.labels.includes(-1)).toBe(false);
    expect(training.outOfFold.length).toBe(117);
  });

  test.each(['ts', 'labelEnds'] as const)(
    'teacher refuses rows whose %s is of after the decision, whatever chose them',
    (column) => {
      const late: Planted = (samples) => ({
        ...samples,
        [column]: samples[column].with(-1, span.decisionEndTs),
      });
      const fit = (): unknown =>
        finished(trainingJobs(booster, late).teacher({ bars: known, span, recipe }));

      expect(fit).toThrow(InvariantError);
      expect(fit).toThrow('but the decision is made before');
    },
  );

  test('teacher refuses a horizon that is longer than the window, and says so', () => {
    const long = { ...recipe, horizon: 122 };
    const fit = (): unknown =>
      finished(trainingJobs(booster).teacher({ bars: known, span, recipe: long }));

    expect(fit).toThrow(InputError);
    expect(fit).toThrow('no label of horizon "122" ends within the window');
  });

  test('teacher predicts the evaluation span as far as there are bars', () => {
    const { predictions } = teacher();

    expect(predictions.ts).toEqual(series.ts.slice(422, 500));
    expect(predictions.probability.every((p) => p > 0 && p < 1)).toBe(true);
    expect(Array.from(predictions.label, (label) => label === -1)).toEqual(
      Array.from(predictions.forwardReturn, Number.isNaN),
    );
    expect(predictions.label.indexOf(-1)).toBe(500 - 6 - 422);
  });

  test('predictions adds the sessions since, and changes no earlier probability', () => {
    const { text, predictions } = teacher();

    const later: PredictionRows = finished(
      trainingJobs(booster).predictions({ bars: series, span, recipe, text }),
    );

    expect(later.ts).toEqual(series.ts.slice(422, 540));
    expect(later.probability.slice(0, 78)).toEqual(predictions.probability);
    expect(later.label.includes(-1)).toBe(false);
  });

  test('predictions yields once, so that it can be ended', () => {
    const job = trainingJobs(booster).predictions({ bars: series, span, recipe, ...teacher() });

    expect(job.next().value).toEqual({ round: 1, rounds: 1 });
    expect(job.next().done).toBe(true);
  });

  test('student is converted to what it says, of rows made to tell them apart', async () => {
    const { text, onnx, calibration, check } = student();

    using model = booster.load(text);
    const expected = calibrated(model.predict(check.matrix), calibration);
    const found = await (await openOnnx(onnx)).predict(check.matrix);

    expect(check.expected).toEqual(expected);
    expect(Math.max(...found.map((p, row) => Math.abs(p - expected[row])))).toBeLessThan(1e-6);
    expect(check.matrix.rows).toBe(256);
  });

  test('student learns from the rows that its teacher learnt from, and from no others', () => {
    const { ts, outOfFold } = teacher().training;

    expect(student().training.ts).toEqual(ts);
    for (const other of [ts.slice(1), ts.map((stamp) => stamp + 1)])
      expect(() => student({ ts: other, probability: outOfFold })).toThrow(DataError);
  });

  test('student is a plain value, too', () => {
    const result = student();

    expect(structuredClone(result)).toEqual(result);
  });

  test('results are plain values that survive a thread’s door', () => {
    const result = teacher();

    expect(structuredClone(result)).toEqual(result);
    expect(Object.keys(result).toSorted()).toEqual([
      'features',
      'folds',
      'gains',
      'parameters',
      'predictions',
      'text',
      'training',
    ]);
  });

  describe('of a pool', () => {
    const names = ['AAA', 'BBB', 'CCC'];
    const members = names.map((symbol, index) => ({
      bars: { ...randomWalk(500, 10 + index), symbol },
      fromTs: span.fromTs,
    }));
    const pooled: Recipe = {
      ...pooledRecipe,
      teacher: { ...pooledRecipe.teacher, trees: 20, minimumLeafRows: 20 },
    };
    const input = { members, span, recipe: pooled };
    const taught = (): TeacherJobResult => finished(trainingJobs(booster).teacher(input));

    test('teacher learns every member’s rows of a session together, each opined on out of fold', () => {
      const { training, folds, predictions } = taught();

      expect(training.ts.length).toBe(3 * 117);
      expect([...(training.symbols?.of.subarray(0, 6) ?? [])]).toEqual([0, 1, 2, 0, 1, 2]);
      // One of three beats the median of three.
      expect(training.labels.reduce((sum, label) => sum + label, 0)).toBe(117);
      // The first quarter of the sessions has nothing before it to be opined on by.
      expect(training.outOfFold.findIndex((p) => p > 0 && p < 1)).toBe(3 * 29);
      expect(training.outOfFold.subarray(3 * 29).every((p) => p > 0 && p < 1)).toBe(true);
      expect(folds.map(({ testRows }) => testRows).reduce((a, b) => a + b)).toBe(3 * 88);
      expect(predictions.symbols?.names).toEqual(names);
      expect(predictions.ts.length).toBe(3 * 78);
    });

    test('residual adds its own trees to the pooled ones, as LightGBM sums them', async () => {
      const { training, text } = taught();
      const rows = [...training.ts.keys()].filter((row) => training.symbols?.of[row] === 1);
      const picked = (column: Float64Array): Float64Array =>
        Float64Array.from(rows, (row) => column[row]);
      const learnt = {
        ts: picked(training.ts),
        probability: picked(training.outOfFold),
        label: Int8Array.from(rows, (row) => training.labels[row]),
        forwardReturn: picked(training.forwardReturns),
        labelEnd: picked(training.labelEnds),
      };
      const job = trainingJobs(booster).residual({
        member: members[1],
        recipe: residualRecipe,
        learnt,
        base: text,
        decisionEndTs: span.decisionEndTs,
        metadata: {},
      });

      const { onnx, check, parameters, teaching, training: own } = finished(job);

      const found = await (await openOnnx(onnx)).predict(check.matrix);
      found.forEach((p, row) => expect(Math.abs(p - check.expected[row])).toBeLessThan(1e-6));
      expect(parameters).toMatchObject({ lambda_l2: '20', num_iterations: '40' });
      // Nothing can be added to no opinion; and of what is left, a quarter only trains.
      expect(own.ts).toEqual(learnt.ts.subarray(29));
      expect(teaching.withoutOpinion).toBe(29);
      expect(own.outOfFold.findIndex((p) => p > 0 && p < 1)).toBe(22);
      // Trees without a base are another model.
      using base = booster.load(text);
      expect(base.predict(check.matrix)).not.toEqual(check.expected);
    });

    test('residual is refused where the pool knows rows that have no bar', () => {
      const { text } = taught();
      const learnt = {
        ts: Float64Array.of(1),
        probability: Float64Array.of(0.5),
        label: Int8Array.of(1),
        forwardReturn: Float64Array.of(0.1),
        labelEnd: Float64Array.of(2),
      };
      const given = {
        member: members[0],
        recipe: residualRecipe,
        learnt,
        base: text,
        decisionEndTs: span.decisionEndTs,
        metadata: {},
      };

      expect(() => finished(trainingJobs(booster).residual(given))).toThrow(DataError);
    });
  });
});
