import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { openBooster, type LightGbm } from '../../../runtime/lightgbm/booster.ts';
import { openOnnx } from '../../../runtime/onnx/onnx.ts';
import { seededChance, type Chance } from '../../samples/random-walk.fixture.ts';
import type { Matrix } from '../../samples/matrix.ts';
import type { BoosterParameters } from '../booster.ts';
import { calibrated } from '../calibration.ts';
import { checkRows } from './check-rows.ts';
import { onnxModel } from './convert.ts';
import { onnxMetadata } from './proto.ts';

// A converted model, run by ONNX Runtime:
// - says what LightGBM says, to 1e-6, of rows made to break it, whatever its shape
// - calibrates inside the graph
// - is the same bytes every time, and tells its features
// - is refused where its trees cannot be told by numeric splits and one score

let booster: LightGbm;
beforeAll(() => {
  booster = openBooster(inject('lightgbmLib'), { version: '4.7.0', onLog: () => {} });
});
afterAll(() => booster[Symbol.dispose]());

const objectives = ['binary', 'cross_entropy', 'regression'] as const;
type Objective = (typeof objectives)[number];

/** Rows of features of very different sizes, some missing, some zero. */
function randomMatrix(chance: Chance, rows: number, columns: number): Matrix {
  const missing = chance.uniform() < 0.5 ? 0 : chance.uniform() * 0.4;
  const zero = chance.uniform() < 0.5 ? 0 : 0.3;
  const values = new Float32Array(rows * columns).map(() => {
    if (chance.uniform() < missing) return NaN;
    if (chance.uniform() < zero) return 0;
    return chance.normal() * 10 ** Math.round(chance.uniform() * 6 - 3);
  });
  return { rows, features: Array.from({ length: columns }, (_, j) => `f${j}`), values };
}

function randomLabels(chance: Chance, matrix: Matrix, objective: Objective): Float32Array {
  return new Float32Array(matrix.rows).map((_, row) => {
    const score = (matrix.values[row] || 0) + chance.normal();
    if (objective === 'regression') return score * 100;
    return objective === 'binary' ? Number(score > 0) : 1 / (1 + Math.exp(-score));
  });
}

/** Text of a model whose shape follows from `seed`. */
function randomModel(seed: number): { text: string; objective: Objective } {
  const chance = seededChance(seed);
  const whole = (from: number, to: number): number =>
    from + Math.floor(chance.uniform() * (to - from + 1));
  const objective = objectives[seed % 3];
  const matrix = randomMatrix(chance, whole(60, 400), whole(1, 12));
  const parameters: BoosterParameters = {
    objective,
    num_leaves: whole(2, 63),
    min_data_in_leaf: seed % 11 === 0 ? matrix.rows : whole(1, 30),
    learning_rate: 0.01 + 0.3 * chance.uniform(),
    zero_as_missing: seed % 5 === 0,
    use_missing: seed % 7 !== 0,
    feature_pre_filter: false,
  };
  const rounds = seed % 67 === 0 ? 1000 : whole(1, 80);
  const labels = randomLabels(chance, matrix, objective);
  return { text: fitted(matrix, labels, parameters, rounds), objective };
}

function fitted(
  matrix: Matrix,
  labels: Float32Array,
  parameters: BoosterParameters,
  rounds: number,
): string {
  const fit = booster.fit({ matrix, labels }, parameters, rounds);
  let step = fit.next();
  while (step.done !== true) step = fit.next();
  using model = step.value;
  return model.text;
}

function predicted(text: string, rows: Matrix): Float64Array {
  using model = booster.load(text);
  return model.predict(rows);
}

/** Largest difference, of large values relative to their size. */
function difference(expected: Float64Array, found: Float64Array): number {
  return expected.reduce((most, value, row) => {
    const off = Math.abs(found[row] - value) / Math.max(1, Math.abs(value));
    // A NaN is the largest difference there is.
    return off <= most ? most : off;
  }, 0);
}

/** A small model of two features that is easy to look at. */
function small(parameters: BoosterParameters = {}, rounds = 2): string {
  const chance = seededChance(1);
  const values = new Float32Array(200).map(() => chance.normal());
  const labels = new Float32Array(100).map((_, row) => Number(values[row] > 0));
  const matrix = { rows: 100, features: ['rsi_14', 'gap'], values };
  return fitted(matrix, labels, { objective: 'binary', num_leaves: 3, ...parameters }, rounds);
}

describe('onnxModel', () => {
  test('says what LightGBM says, for 200 models of varied shape and 10,000 rows each', async () => {
    const worst = { binary: 0, cross_entropy: 0, regression: 0 };
    for (let seed = 0; seed < 200; seed++) {
      const { text, objective } = randomModel(seed);
      const rows = checkRows([text], 10_000, seed);

      const model = await openOnnx(onnxModel(text, { metadata: {} }));
      const off = difference(predicted(text, rows), await model.predict(rows));

      expect(off, `model "${seed}", ${objective}`).toBeLessThan(1e-6);
      worst[objective] = Math.max(worst[objective], off);
    }
    console.info(`largest differences: ${JSON.stringify(worst)}`);
  });

  test.each([
    { slope: 0.25, intercept: 0.1 },
    { slope: 2, intercept: -1.5 },
  ])('calibrates inside the graph: %o', async (calibration) => {
    const text = small({ objective: 'cross_entropy', num_leaves: 7 }, 50);
    const rows = checkRows([text], 1000, 1);

    const model = await openOnnx(onnxModel(text, { calibration, metadata: {} }));

    const expected = calibrated(predicted(text, rows), calibration);
    expect(difference(expected, await model.predict(rows))).toBeLessThan(1e-6);
  });

  test('scores a row alone as it does among others', async () => {
    const text = small({ num_leaves: 7 }, 50);
    const rows = checkRows([text], 500, 2);
    const model = await openOnnx(onnxModel(text, { metadata: {} }));

    const together = await model.predict(rows);

    for (let i = 0; i < rows.rows; i += 7) {
      const values = Float32Array.from(rows.features, (_, j) => rows.values[j * rows.rows + i]);
      expect(await model.predict({ ...rows, rows: 1, values })).toEqual(together.slice(i, i + 1));
    }
  });

  test('gives the same bytes for the same model, in whatever order it is described', () => {
    const text = small();

    const bytes = onnxModel(text, { metadata: { window: 'w', recipe: 'r' } });

    expect(onnxModel(text, { metadata: { recipe: 'r', window: 'w' } })).toEqual(bytes);
    expect(onnxModel(text, { metadata: { recipe: 's', window: 'w' } })).not.toEqual(bytes);
  });

  test('tells its features and what it was given to say', () => {
    const bytes = onnxModel(small(), { metadata: { window: 'TCS/1d/2022-01-01..2022-06-30' } });

    expect(onnxMetadata(bytes)).toEqual({
      features: '["rsi_14","gap"]',
      window: 'TCS/1d/2022-01-01..2022-06-30',
    });
  });

  test.each<[string, (text: string) => string, string]>([
    [
      'several scores a row',
      (text) => text.replace('num_tree_per_iteration=1', 'num_tree_per_iteration=3'),
      'expected one tree a round, found "3"',
    ],
    [
      'another objective',
      (text) => text.replace('objective=binary sigmoid:1', 'objective=poisson'),
      'expected objective "binary", "cross_entropy" or "regression", found "poisson"',
    ],
    [
      'a transformed target',
      (text) => text.replace('objective=binary sigmoid:1', 'objective=regression sqrt'),
      'found "regression sqrt"',
    ],
    [
      'an averaging forest',
      (text) => text.replace('objective=', 'average_output\nobjective='),
      'it averages its trees',
    ],
    [
      'linear leaves',
      (text) => text.replace('is_linear=0', 'is_linear=1'),
      'tree "0" is linear in its leaves',
    ],
    [
      'categorical splits',
      (text) => text.replace('num_cat=0', 'num_cat=1'),
      'tree "0" splits by categories; code them as numbers',
    ],
  ])('refuses %s', (_, damaged, reason) => {
    const text = damaged(small());

    expect(() => onnxModel(text, { metadata: {} })).toThrow(reason);
  });

  test('refuses real categories and linear trees as LightGBM writes them', () => {
    const linear = small({ linear_tree: true, num_leaves: 7 }, 20);
    const codes = Float32Array.from({ length: 100 }, (_, row) => row % 4);
    const matrix = { rows: 100, features: ['sector'], values: codes };
    const parameters = { objective: 'binary', categorical_feature: '0', min_data_per_group: 1 };
    const categorical = fitted(
      matrix,
      codes.map((code) => Number(code === 2)),
      parameters,
      2,
    );

    expect(() => onnxModel(linear, { metadata: {} })).toThrow('is linear in its leaves');
    expect(() => onnxModel(categorical, { metadata: {} })).toThrow('splits by categories');
  });
});
