import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import { openBooster, type LightGbm } from '../../runtime/lightgbm/booster.ts';
import { openOnnx } from '../../runtime/onnx.ts';
import { sliceBars } from '../market/bars.ts';
import { randomWalk } from '../samples/random-walk.fixture.ts';
import { symbolRecipe } from '../samples/recipes.ts';
import { spanOf } from '../samples/window-span.fixture.ts';
import { calibrated } from './calibration.ts';
import {
  trainingJobs,
  type PredictionRows,
  type StudentInput,
  type StudentJobResult,
  type TeacherJobResult,
} from './jobs.ts';

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
      'parameters',
      'predictions',
      'text',
      'training',
    ]);
  });
});
