import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../contracts/errors.ts';
import { binary, fitted, installedBooster, trainingSet } from './booster.fixture.ts';
import { checkParameters } from './parameters.ts';

const asked = { ...binary, learning_rate: 0.123456789, lambda_l2: 20, feature_pre_filter: false };

function textOf(): string {
  using booster = installedBooster();
  using model = fitted(booster, trainingSet(), asked, 5);
  return model.text;
}

describe('checkParameters', () => {
  const text = textOf();

  test('takes a model that was fitted as asked, though the library writes six digits', () => {
    const words =
      'objective=binary num_leaves=7 learning_rate=0.123456789 feature_pre_filter=false';

    expect(() => checkParameters(`${words} deterministic=true num_threads=3`, text)).not.toThrow();
  });

  test('refuses a model by the name of every parameter that is another', () => {
    const check = () => checkParameters('num_leaves=15 lambda_l2=20 seed=3 magic=1', text);

    expect(check).toThrow(InvariantError);
    expect(check).toThrow(
      'other parameters than asked: "num_leaves" was to be "15" and is "7", "seed" was to be "3" ' +
        'and is "11", "magic" was to be "1" and is "not said"',
    );
  });
});

describe('fit', () => {
  test('refuses what the library turned into something else without a word', () => {
    using booster = installedBooster();

    // Smoothing needs two rows a leaf: the library raises what was asked.
    const fit = () =>
      fitted(booster, trainingSet(), { ...binary, path_smooth: 1, min_data_in_leaf: 1 }, 5);

    expect(fit).toThrow('"min_data_in_leaf" was to be "1" and is "2"');
    expect(booster.openHandles).toBe(0);
  });
});
