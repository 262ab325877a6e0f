import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DataError, InputError, InvariantError } from '../../contracts/errors.ts';
import type { FittedModel } from '../../domain/training/booster.ts';
import {
  binary,
  fitted,
  installedBooster,
  matrix,
  seeded,
  trainingSet,
} from './booster.fixture.ts';
import type { LightGbm } from './booster.ts';

const set = trainingSet();
let booster: LightGbm;
let model: FittedModel;

beforeEach(() => {
  booster = installedBooster();
  model = fitted(booster, set, binary, 5);
});

afterEach(() => {
  model[Symbol.dispose]();
  expect(booster.openHandles, 'handles left open').toBe(0);
  booster[Symbol.dispose]();
});

describe('load', () => {
  test('predicts to the last bit what the fitted model predicts', () => {
    const unseen = matrix(1000, 10, 99);

    using loaded = booster.load(model.text);

    expect(loaded.predict(unseen)).toEqual(model.predict(unseen));
    expect(new Set(loaded.predict(unseen)).size).toBeGreaterThan(10);
  });

  test('says of itself what the fitted model says', () => {
    using loaded = booster.load(model.text);

    expect(loaded.text).toBe(model.text);
    expect(loaded.features).toEqual(set.matrix.features);
    expect(loaded.trees).toBe(5);
    expect(loaded.parameters).toEqual(model.parameters);
  });

  test('takes what Python appends, and drops it', () => {
    using loaded = booster.load(`${model.text}\npandas_categorical:null\n`);

    expect(loaded.text).toBe(model.text);
  });

  test('takes trees with categorical splits', () => {
    const values = Float32Array.from({ length: 400 }, (_, i) => i % 8);
    const labels = values.map((category) => (category % 3 === 0 ? 1 : 0));
    const categories = { matrix: { rows: 400, features: ['day'], values }, labels };
    const parameters = { ...binary, categorical_feature: '0', max_cat_to_onehot: 1 };

    using split = fitted(booster, categories, parameters);
    using loaded = booster.load(split.text);

    expect(split.text).toContain('cat_threshold=');
    expect(loaded.predict(categories.matrix)).toEqual(split.predict(categories.matrix));
  });

  test.each<[string, (text: string) => string]>([
    ['is empty', () => ''],
    ['is no model', () => 'hello'],
    ['is of another format', (text) => text.replace('version=v4', 'version=v9')],
    ['has other line ends', (text) => text.replaceAll('\n', '\r\n')],
    ['lost its last bytes', (text) => text.slice(0, -20)],
    ['lost half', (text) => text.slice(0, text.length / 2)],
    ['lost a tree', (text) => text.replace(/Tree=2\n[^]*?\n\n\n/, '')],
    ['lost a feature', (text) => text.replace('feature_names=f0 ', 'feature_names=')],
    ['lost the ranges of its features', (text) => text.replace(/feature_infos=.*\n/, '')],
    ['has an unknown objective', (text) => text.replace('objective=binary', 'objective=magic')],
    ['predicts several values', (text) => text.replace('num_class=1', 'num_class=3')],
    ['points outside a tree', (text) => text.replace(/left_child=\d/, 'left_child=9')],
    ['goes in circles', (text) => text.replace(/left_child=\d/, 'left_child=0')],
    ['splits on no feature', (text) => text.replace(/split_feature=\d/, 'split_feature=99')],
    ['splits on no category', (text) => text.replace(/decision_type=\d/, 'decision_type=3')],
    ['holds a NUL', (text) => text.replace('end of trees', 'end of\0trees')],
  ])('refuses a text that %s', (_, damaged) => {
    const text = damaged(model.text);

    expect(text).not.toBe(model.text);
    expect(() => booster.load(text)).toThrow(DataError);
  });

  test('survives any damage to one character', () => {
    const random = seeded(5);
    const characters = '0123456789-. =e\nx';
    let loads = 0;

    for (let i = 0; i < 1500; i++) {
      const at = Math.floor(random() * model.text.length);
      const other = characters[Math.floor(random() * characters.length)];
      const text = model.text.slice(0, at) + other + model.text.slice(at + 1);
      try {
        using loaded = booster.load(text);
        const { rows, values } = set.matrix;
        loaded.predict({ rows, features: loaded.features, values });
        loads += 1;
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }

    // Harmless damage, as to a digit of a leaf, is not seen here: that is what checksums are for.
    expect(loads).toBeGreaterThan(0);
  });
});

describe('text', () => {
  test('says nothing of the lane', () => {
    expect(model.text).not.toMatch(/num_threads|gpu_platform_id|gpu_device_id|device_type|num_gpu/);
    expect(model.text).toContain('[gpu_use_dp: 0]\n');
  });

  test('names every feature, whatever its letters', () => {
    const letters = Array.from({ length: 0x7e - 0x20 }, (_, i) => String.fromCharCode(0x21 + i));
    const features = letters.filter((letter) => !'",:[]{}'.includes(letter)).concat('é', '価格');
    const rows = 50;
    const samples = { ...matrix(rows, features.length), features };

    using strange = fitted(booster, { matrix: samples, labels: trainingSet(rows, 1).labels });
    using loaded = booster.load(strange.text);

    expect(strange.text).toContain(`\nfeature_names=${features.join(' ')}\n`);
    expect(loaded.features).toEqual(features);
    expect(loaded.predict(samples)).toEqual(strange.predict(samples));
  });

  test('longer than a mebibyte is whole', () => {
    const many = trainingSet(2000, 5);
    const parameters = { ...binary, num_leaves: 127 };

    using large = fitted(booster, many, parameters, 120);
    using loaded = booster.load(large.text);

    expect(large.text.length).toBeGreaterThan(2 ** 20);
    expect(loaded.text).toBe(large.text);
    expect(loaded.predict(many.matrix)).toEqual(large.predict(many.matrix));
  });
});

describe('parameters', () => {
  test('are those of the fit, its defaults and its rounds', () => {
    expect(model.parameters).toMatchObject({
      objective: 'binary',
      num_leaves: '7',
      learning_rate: '0.1',
      num_iterations: '5',
      deterministic: '1',
      force_col_wise: '1',
      lambda_l2: '0',
      seed: '11',
    });
  });

  test('given by an alias have their own name', () => {
    using other = fitted(booster, set, { loss: 'binary', reg_lambda: 2.5 });

    expect(other.parameters).toMatchObject({ objective: 'binary', lambda_l2: '2.5' });
  });
});

describe('gains', () => {
  /** What each split of a text took off, summed by feature. */
  function splitGains(text: string, features: number): number[] {
    const gains = Array.from({ length: features }, () => 0);
    const trees = text.matchAll(/^split_feature=(.*)\nsplit_gain=(.*)$/gm);
    for (const [, columns, gained] of trees)
      for (const [node, column] of columns.split(' ').entries())
        gains[Number(column)] += Number(gained.split(' ')[node]);
    return gains;
  }

  test('are what the splits on each feature took off the loss', () => {
    const { gains } = model;

    const expected = splitGains(model.text, 10);
    expect(gains).toHaveLength(10);
    for (const [column, gain] of gains.entries()) expect(gain).toBeCloseTo(expected[column], 6);
    // The label follows the first feature.
    expect(gains[0]).toBeGreaterThan(gains.slice(1).reduce((sum, gain) => sum + gain, 0));
  });

  test('are the same of the model read from its text', () => {
    using loaded = booster.load(model.text);

    expect(loaded.gains).toEqual(model.gains);
  });

  test('are 0 where nothing splits', () => {
    using flat = fitted(booster, set, { ...binary, min_data_in_leaf: 100 }, 5);

    expect(flat.gains).toEqual(Array.from({ length: 10 }, () => 0));
  });
});

describe('predict', () => {
  const { rows, features, values } = set.matrix;

  test('gives the same for float32 and for the same numbers in float64', () => {
    const wide = { rows, features, values: Float64Array.from(values) };

    expect(model.predict(wide)).toEqual(model.predict(set.matrix));
  });

  test('gives probabilities', () => {
    for (const p of model.predict(set.matrix)) expect(p > 0 && p < 1).toBe(true);
  });

  test('gives nothing for no rows', () => {
    expect(model.predict({ rows: 0, features, values: new Float32Array(0) })).toHaveLength(0);
  });

  test('takes rows where everything is missing', () => {
    const missing = { rows: 1, features, values: new Float32Array(10).fill(NaN) };

    expect(model.predict(missing)[0]).toBeGreaterThan(0);
  });

  test.each<[readonly string[], string]>([
    [features.slice(1), '"f0" is missing'],
    [[...features, 'g'], '"g" is extra'],
    [features.map((name) => (name === 'f3' ? 'g' : name)), '"f3" is missing, "g" is extra'],
    [['f1', 'f0', ...features.slice(2)], 'expected "f0" in column "0", found "f1"'],
  ])('refuses features %j', (found, message) => {
    const other = { rows: 1, features: found, values: new Float32Array(found.length) };

    expect(() => model.predict(other)).toThrow(InputError);
    expect(() => model.predict(other)).toThrow(message);
  });

  test('refuses a matrix whose lengths do not fit', () => {
    const short = { rows, features, values: values.subarray(1) };

    expect(() => model.predict(short)).toThrow(
      new InputError('a matrix of "118" rows and "10" features holds "1180" values, not "1179"'),
    );
  });
});

describe('dispose', () => {
  test('closes once, however often', () => {
    model[Symbol.dispose]();
    model[Symbol.dispose]();

    expect(booster.openHandles).toBe(0);
  });

  test('leaves nothing to use', () => {
    using loaded = booster.load(model.text);
    loaded[Symbol.dispose]();
    model[Symbol.dispose]();

    for (const closed of [model, loaded]) {
      expect(() => closed.predict(set.matrix)).toThrow(InvariantError);
      expect(() => closed.predict(set.matrix)).toThrow('the model is closed');
      expect(() => closed.text).toThrow(InvariantError);
    }
  });

  test('works after the library was closed', () => {
    const other = installedBooster();
    const late = fitted(other);
    other[Symbol.dispose]();

    late[Symbol.dispose]();

    expect(other.openHandles).toBe(0);
  });
});
