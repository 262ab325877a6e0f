import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError, InvariantError, LaneError } from '../../contracts/errors.ts';
import type { BoosterParameters, TrainingSet } from '../../domain/training/booster.ts';
import { binary, fitted, installedBooster, matrix, trainingSet } from './booster.fixture.ts';
import type { LightGbm } from './booster.ts';

let booster: LightGbm;
let lines: string[];

beforeEach(() => {
  lines = [];
  booster = installedBooster((level, line) => lines.push(`${level}: ${line}`));
});

afterEach(() => {
  expect(booster.openHandles, 'handles left open').toBe(0);
  booster[Symbol.dispose]();
});

function textOf(set?: TrainingSet, parameters?: BoosterParameters, rounds?: number): string {
  using model = fitted(booster, set, parameters, rounds);
  return model.text;
}

describe('fit', () => {
  test('gives the same bytes for the same input', () => {
    const first = textOf();

    const second = textOf();

    expect(second).toBe(first);
  });

  test('gives the same bytes in two other processes', () => {
    const entry = fileURLToPath(new URL('./one-process.fixture.ts', import.meta.url));
    const other = () => execFileSync(process.execPath, [entry], { encoding: 'utf8' });

    const texts = [other(), other()];

    expect(texts).toEqual([textOf(), textOf()]);
  });

  test('gives the same bytes for any number of threads', () => {
    const set = trainingSet(2000, 10);

    const text = textOf(set, { ...binary, num_threads: 2 });

    expect(text).toBe(textOf(set));
  });

  test('gives the same trees for float64 as for the same numbers in float32', () => {
    const set = trainingSet();
    const wide = { ...set.matrix, values: Float64Array.from(set.matrix.values) };

    const text = textOf({ ...set, matrix: wide });

    expect(text).toBe(textOf(set));
  });

  test('sees more in float64 than float32 holds', () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => 1 + i * 1e-9);
    const labels = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1));
    const set = { matrix: { rows: 100, features: ['x'], values }, labels };

    using model = fitted(booster, set);
    const far = Float64Array.of(values[20], values[80]);
    const [low, high] = model.predict({ rows: 2, features: ['x'], values: far });

    expect(low).toBeLessThan(0.3);
    expect(high).toBeGreaterThan(0.7);
  });

  test('takes arrays that begin inside a larger buffer', () => {
    const set = trainingSet();
    const inside = <A extends Float32Array>(array: A) => {
      const larger = new Float32Array(array.length + 3).fill(99);
      larger.set(array, 3);
      return larger.subarray(3);
    };

    const text = textOf({
      matrix: { ...set.matrix, values: inside(set.matrix.values as Float32Array) },
      labels: inside(set.labels),
    });

    expect(text).toBe(textOf(set));
  });

  test('reads columns, not rows', () => {
    const values = Float32Array.from({ length: 200 }, (_, k) => (k < 100 ? k : 0));
    const labels = Float32Array.from({ length: 100 }, (_, i) => (i < 50 ? 0 : 1));

    using model = fitted(booster, {
      matrix: { rows: 100, features: ['rising', 'flat'], values },
      labels,
    });

    expect(model.text).toContain('\nfeature_infos=[0:99] none\n');
  });

  test('weighs rows', () => {
    const set = trainingSet();
    const weights = set.labels.map((label) => (label === 1 ? 5 : 1));
    const ones = set.labels.map(() => 1);

    using weighted = fitted(booster, { ...set, weights });
    using plain = fitted(booster, set);

    expect(weighted.text).not.toBe(plain.text);
    expect(textOf({ ...set, weights: ones })).toBe(plain.text);
    const mean = (values: Float64Array) => values.reduce((sum, p) => sum + p, 0) / values.length;
    expect(mean(weighted.predict(set.matrix))).toBeGreaterThan(mean(plain.predict(set.matrix)));
  });

  test('learns from what is missing', () => {
    const { matrix: samples, labels } = trainingSet();
    const values = samples.values.map((x, k) => (k < samples.rows && labels[k] === 1 ? NaN : x));
    const set = { matrix: { ...samples, values }, labels };

    using model = fitted(booster, set);

    const predictions = model.predict(set.matrix);
    for (const [i, label] of labels.entries())
      expect(predictions[i] > 0.5, `row "${i}"`).toBe(label === 1);
  });

  test('reports every round, and begins with the first call of next', () => {
    const work = booster.fit(trainingSet(), binary, 3);
    expect(booster.openHandles).toBe(0);

    const seen = [work.next(), work.next(), work.next()].map((step) => step.value);

    expect(seen).toEqual([
      { round: 1, rounds: 3 },
      { round: 2, rounds: 3 },
      { round: 3, rounds: 3 },
    ]);
    const last = work.next();
    if (last.done) last.value[Symbol.dispose]();
  });

  test('frees what it holds when it is ended early', () => {
    const work = booster.fit(trainingSet(), binary, 100);
    work.next();
    expect(booster.openHandles).toBe(2);

    work.return(undefined as never);

    expect(booster.openHandles).toBe(0);
  });

  test('frees what it holds when an error is thrown into it', () => {
    const work = booster.fit(trainingSet(), binary, 100);
    work.next();

    expect(() => work.throw(new Error('from outside'))).toThrow('from outside');

    expect(booster.openHandles).toBe(0);
  });

  test('keeps two interleaved fits apart', () => {
    const alone = textOf(undefined, undefined, 5);
    const works = [booster.fit(trainingSet(), binary, 5), booster.fit(trainingSet(), binary, 5)];
    for (let round = 0; round < 5; round++) for (const work of works) work.next();

    const texts = works.map((work) => {
      const step = work.next();
      if (!step.done) return undefined;
      using model = step.value;
      return model.text;
    });

    expect(texts).toEqual([alone, alone]);
  });

  test('is one constant tree where nothing can be split', () => {
    const set = trainingSet();

    using model = fitted(booster, set, { ...binary, min_data_in_leaf: 100 }, 10);

    expect(model.trees).toBe(1);
    expect(new Set(model.predict(set.matrix)).size).toBe(1);
  });

  test('goes on after a round without a split, and counts only real trees', () => {
    // Of ten features one round sees three; only f0 gains enough.
    const parameters = { ...binary, feature_fraction: 0.3, num_leaves: 3, min_gain_to_split: 2 };
    const work = booster.fit(trainingSet(), parameters, 60);
    let rounds = 0;
    let step = work.next();
    for (; !step.done; step = work.next()) rounds += 1;

    using model = step.value;

    expect(rounds).toBe(60);
    expect(model.trees).toBe(model.text.match(/^Tree=/gm)?.length);
    expect(model.trees).toBeGreaterThan(5);
    expect(model.trees).toBeLessThan(60);
  });

  test('logs whole lines, each once a fit', () => {
    const parameters = { ...binary, min_data_in_leaf: 100, verbosity: 1 };
    const stopped =
      'warn: Stopped training because there are no more leaves that meet the split requirements';
    const ones = trainingSet().labels.reduce((sum, label) => sum + label, 0);

    textOf(undefined, parameters, 10);
    textOf(undefined, parameters, 10);

    expect(lines.filter((line) => line === stopped)).toHaveLength(2);
    expect(lines).toContain(`info: Number of positive: ${ones}, number of negative: ${118 - ones}`);
  });

  test('lets a listener fail without losing the fit', () => {
    using deaf = installedBooster(() => {
      throw new Error('nobody listens');
    });

    fitted(deaf)[Symbol.dispose]();

    expect(deaf.openHandles).toBe(0);
  });

  test('holds no memory after 2,000 fits, loads and early ends', () => {
    const entry = fileURLToPath(new URL('./many-fits.fixture.ts', import.meta.url));
    const flags = ['--expose-gc', '--max-semi-space-size=1'];

    const sizes = JSON.parse(
      execFileSync(process.execPath, [...flags, entry], { encoding: 'utf8' }),
    );

    // One size may be high, where the system is slow to take pages back; two are not.
    const grownBytes = Math.min(sizes[3], sizes[4]) - Math.min(sizes[0], sizes[1]);
    // Where data sets are not freed it is 27 MiB, where boosters are not 260 MiB.
    expect(grownBytes, `sizes "${sizes}"`).toBeLessThan(12 * 2 ** 20);
  });
});

describe('fit refuses', () => {
  const set = trainingSet();
  const fits = (parameters: BoosterParameters, of: TrainingSet = set, rounds = 2) =>
    expect(() => fitted(booster, of, { ...binary, ...parameters }, rounds)[Symbol.dispose]());

  test.each<[BoosterParameters, RegExp]>([
    [{ num_leaves: 1 }, /Check failed: \(num_leaves\) > \(1\)/],
    [{ num_leaves: 'many' }, /Parameter num_leaves should be of type int, got "many"/],
    [{ learning_rate: 'x' }, /Unknown token x/],
    [{ objective: 'fortune' }, /Unknown objective type name: fortune/],
    [{ objective: 'none' }, /No objective function provided/],
    [{ objective: 'lambdarank' }, /Ranking tasks require query information/],
    [{ objective: 'multiclass', num_class: 3 }, /predicts "3" values a row/],
    [{ boosting: 'rf' }, /Check failed: .*bagging_freq/],
    [{ device_type: 'abacus' }, /Unknown device type abacus/],
    [{ monotone_constraints: '1,0' }, /Check failed: .*monotone_constraints/],
    [{ force_row_wise: true }, /Cannot set both of `force_col_wise` and `force_row_wise`/],
    [{ is_unbalance: true, scale_pos_weight: 2 }, /Cannot set is_unbalance and scale_pos_weight/],
    [{ leafs: 7 }, /LightGBM knows no parameter "leafs"/],
    [{ eta: 0.1 }, /parameter "learning_rate" is given twice, as "eta"/],
    [{ n_estimators: 5 }, /the rounds are an argument/],
    [{ deterministic: false }, /parameter "deterministic" is always "true" here, not "false"/],
    [{ max_bin: NaN }, /parameter "max_bin" cannot be "NaN"/],
    [{ metric: 'auc num_leaves=2' }, /parameter "metric" cannot be "auc num_leaves=2"/],
  ])('parameters %o', (parameters, message) => {
    fits(parameters).toThrow(InputError);
    fits(parameters).toThrow(message);
  });

  test('no rounds', () => {
    fits({}, set, 0).toThrow(new InputError('a fit needs at least "1" round, not "0"'));
  });

  test.each([
    ['label', 2, 'label "2" of row "4" is not 0 or 1'],
    ['label', -1, 'label "-1" of row "4" is not 0 or 1'],
    ['label', NaN, 'label "NaN" of row "4" is not 0 or 1'],
    ['weight', NaN, 'weight "NaN" of row "4" is not 0 or more'],
    ['weight', -1, 'weight "-1" of row "4" is not 0 or more'],
  ])('a %s of %d', (field, value, message) => {
    const changed = (column: Float32Array) => column.map((x, i) => (i === 4 ? value : x));

    const bad =
      field === 'label'
        ? { ...set, labels: changed(set.labels) }
        : { ...set, weights: changed(set.labels) };

    fits({}, bad).toThrow(new InputError(message));
  });

  test('a label that is no number in a regression', () => {
    const labels = set.labels.map((y, i) => (i === 4 ? NaN : y));

    fits({ objective: 'regression' }, { ...set, labels }).toThrow(
      new InputError('label "NaN" of row "4" is not a number'),
    );
    fits({ objective: 'regression' }, { ...set, labels: labels.fill(0.5) }).not.toThrow();
  });

  test('columns of other lengths', () => {
    const short = new Float32Array(3).fill(1);

    fits({}, { ...set, labels: short }).toThrow('a training set of "118" rows has "3" labels');
    fits({}, { ...set, weights: short }).toThrow('a training set of "118" rows has "3" weights');
    fits({}, { ...set, weights: new Float32Array(118) }).toThrow('all weights are 0');
    fits({}, { ...set, matrix: { ...set.matrix, values: short } }).toThrow(
      'a matrix of "118" rows and "10" features holds "1180" values, not "3"',
    );
    fits({}, { matrix: matrix(0, 10), labels: new Float32Array(0) }).toThrow(
      'a training set has rows and features, not "0" and "10"',
    );
    fits({}, { matrix: matrix(3, 0), labels: new Float32Array(3) }).toThrow(InputError);
  });

  test.each(['', 'a b', 'a\tb', 'a\nb', 'a\0b', 'a"b', 'a,b', 'a:b', 'a[b', 'a}b', '\ud800'])(
    'a feature named %j',
    (name) => {
      const features = set.matrix.features.map((old, j) => (j === 3 ? name : old));

      const bad = { ...set, matrix: { ...set.matrix, features } };

      fits({}, bad).toThrow(InputError);
      fits({}, bad).toThrow(`a feature named ${JSON.stringify(name)}`);
    },
  );

  test('a feature that appears twice', () => {
    const features = set.matrix.features.map((old, j) => (j === 3 ? 'f0' : old));

    fits({}, { ...set, matrix: { ...set.matrix, features } }).toThrow('feature "f0" appears twice');
  });

  test('devices that this build or machine lacks, as a fault of the lane', () => {
    fits({ device_type: 'cuda' }).toThrow(LaneError);
    fits({ device_type: 'cuda' }).toThrow(/CUDA Tree Learner was not enabled in this build/);
  });

  test('after it was closed', () => {
    const closed = installedBooster();
    closed[Symbol.dispose]();
    closed[Symbol.dispose]();

    expect(() => fitted(closed)).toThrow(InvariantError);
    expect(() => fitted(closed)).toThrow('the LightGBM library is closed');
  });
});
