import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { TrainRequest } from '../../contracts/plan.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { featureSet } from './features.ts';
import { recipeOf, symbolRecipe } from './recipes.ts';

const request: TrainRequest = {
  symbols: 'all',
  interval: '1d',
  from: '2022-01-01' as TradingDay,
  to: '2024-12-31' as TradingDay,
  recipe: 'symbol',
};

describe('symbolRecipe', () => {
  test('is the one that quant.md 2.1 describes', () => {
    expect(symbolRecipe).toMatchObject({
      name: 'symbol',
      windowDays: 180,
      stepDays: 180,
      anchor: '2022-01-01',
      horizon: 5,
      minimumRows: 100,
      minimumClassRows: 20,
      folds: 3,
      teacher: { leaves: 7, trees: 100, minimumLeafRows: 20, seed: 1 },
    });
  });

  test('gives every feature its warm-up before a row counts, and before a window begins', () => {
    const lookbacks = featureSet(symbolRecipe.features).map(({ lookback }) => lookback);

    expect(Math.max(...lookbacks)).toBeLessThanOrEqual(symbolRecipe.readyBars);
    expect(symbolRecipe.warmupBars).toBeGreaterThanOrEqual(symbolRecipe.readyBars - 1);
  });
});

describe('recipeOf', () => {
  test('is the named recipe where a request overrides nothing', () => {
    expect(recipeOf(request)).toEqual(symbolRecipe);
  });

  test('takes each option that a request names, and keeps the rest', () => {
    const anchor = '2021-06-01' as TradingDay;

    const recipe = recipeOf({ ...request, windowDays: 90, stepDays: 30, anchor, horizon: 10 });

    expect(recipe).toEqual({
      ...symbolRecipe,
      windowDays: 90,
      stepDays: 30,
      anchor,
      horizon: 10,
    });
  });

  test.each([
    [7, 5],
    [3, 1],
  ])('takes a window of %i days for a horizon of %i, and none shorter', (windowDays, horizon) => {
    const shorter = { ...request, windowDays: windowDays - 1, horizon };

    expect(recipeOf({ ...request, windowDays, horizon }).windowDays).toBe(windowDays);
    expect(() => recipeOf(shorter)).toThrow(InputError);
    expect(() => recipeOf(shorter)).toThrow(
      `a window of "${windowDays - 1}" days is shorter than a label of horizon "${horizon}"; ` +
        'widen --window-days or shorten --horizon',
    );
  });
});
