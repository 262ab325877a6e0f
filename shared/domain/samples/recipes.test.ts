import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { TrainRequest } from '../../contracts/plan.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { featureSet } from './features.ts';
import {
  intradayRecipe,
  pooledRecipe,
  recipesOf,
  residualRecipe,
  symbolRecipe,
} from './recipes.ts';

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
      grid: { unit: 'days', length: 180, step: 180, anchor: '2022-01-01' },
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

describe('recipesOf', () => {
  test('is the named recipe where a request overrides nothing', () => {
    expect(recipesOf(request)).toEqual({ recipe: symbolRecipe });
  });

  test('takes each option that a request names, and keeps the rest', () => {
    const anchor = '2021-06-01' as TradingDay;

    const { recipe } = recipesOf({
      ...request,
      windowDays: 90,
      stepDays: 30,
      anchor,
      horizon: 10,
    });

    expect(recipe).toEqual({
      ...symbolRecipe,
      grid: { unit: 'days', length: 90, step: 30, anchor },
      horizon: 10,
    });
  });

  test.each([
    [7, 5],
    [3, 1],
  ])('takes a window of %i days for a horizon of %i, and none shorter', (windowDays, horizon) => {
    const shorter = { ...request, windowDays: windowDays - 1, horizon };

    expect(recipesOf({ ...request, windowDays, horizon }).recipe.grid.length).toBe(windowDays);
    expect(() => recipesOf(shorter)).toThrow(InputError);
    expect(() => recipesOf(shorter)).toThrow(
      `a window of "${windowDays - 1}" days is shorter than a label of horizon "${horizon}"; ` +
        'widen --window-days or shorten --horizon',
    );
  });
});

describe('recipes of a pool', () => {
  test('are those that quant.md 2.1 describes', () => {
    expect(pooledRecipe).toMatchObject({
      grid: { unit: 'sessions', length: 504, step: 21 },
      label: { kind: 'relative' },
      weights: { halfLifeSessions: 252 },
      minimumPool: { sessions: 250, symbols: 20 },
      folds: 5,
      foldScheme: 'forward',
      initialShare: 0.25,
      teacher: { leaves: 15, trees: 250, minimumLeafRows: 400 },
    });
    expect(residualRecipe).toMatchObject({
      grid: pooledRecipe.grid,
      minimumRows: 100,
      student: { trees: 40, l2: 20, mix: 'hard' },
    });
  });

  test('distil pooled students where that informs, or as much as is asked for', () => {
    expect(pooledRecipe.student.mix).toBe('auto');
    for (const studentMix of ['hard', 0.5, 1] as const)
      expect(recipesOf({ ...request, recipe: 'pooled', studentMix }).recipe.student.mix).toBe(
        studentMix,
      );
  });

  test('have students that stand on the pool as it is on its own', () => {
    const asked = { ...request, horizon: 10, windowSessions: 300, features: 'base-1' } as const;

    const residual = recipesOf({ ...asked, recipe: 'residual' });

    expect(residual.poolRecipe).toEqual(recipesOf({ ...asked, recipe: 'pooled' }).recipe);
    expect(residual.recipe.grid).toEqual(residual.poolRecipe?.grid);
  });

  test('take families left out in any order for the same recipe', () => {
    const without = (...families: string[]) =>
      recipesOf({ ...request, recipe: 'pooled', without: families }).recipe;

    expect(without('volume', 'trend')).toEqual(without('trend', 'volume'));
    expect(without('trend')).not.toEqual(pooledRecipe);
  });
});

describe('recipes of an interval', () => {
  test('of five minutes are windows of 40 sessions whose labels stay in theirs', () => {
    const { recipe } = recipesOf({ ...request, interval: '5m' });

    expect(recipe).toEqual(intradayRecipe);
    expect(recipe).toMatchObject({
      grid: { unit: 'sessions', length: 40, step: 10 },
      label: { kind: 'intraday' },
    });
  });

  test.each([
    [{ interval: '1m' }, 'trains on interval "1d" or "5m"; found "1m"'],
    [{ interval: '5m', recipe: 'residual' }, 'trains on interval "1d"; found "5m"'],
    [{ recipe: 'pooled', windowDays: 500 }, 'counted in sessions; use --window-sessions'],
    [{ windowSessions: 40 }, 'counted in days; use --window-days'],
    [{ features: 'none' }, 'no feature set is called "none"'],
    [{ interval: '5m', features: 'wide-1' }, 'leave it out: --without context'],
    [{ recipe: 'residual', studentMix: 'hard' }, 'leave out --student-mix'],
  ] as const)('refuses %j', (options, message) => {
    expect(() => recipesOf({ ...request, ...options })).toThrow(InputError);
    expect(() => recipesOf({ ...request, ...options })).toThrow(message);
  });
});
