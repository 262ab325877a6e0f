import { describe, expect, test } from 'vitest';
import type { PlannedAction } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { decidePool, type PoolCandidate } from '../../shared/domain/samples/pooled-decisions.ts';
import { pooledRecipe, residualRecipe } from '../../shared/domain/samples/recipes.ts';
import { gridWindows } from '../../shared/domain/samples/windows.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { exchange } from '../world.fixture.ts';
import { pooledKeys, residualKeys, type TrainablePool, type WindowKeys } from './window-keys.ts';

const { calendar } = await readReference();
const names = ['INFY', 'TCS', 'WIPRO'];
const series = exchange(names);
const recipe: Recipe = {
  ...pooledRecipe,
  grid: { ...pooledRecipe.grid, length: 120 },
  minimumPool: { sessions: 50, symbols: 2 },
  minimumClassRows: 10,
};
const parts = {
  symbol: 'POOLED.nifty100',
  interval: '1d',
  recipe,
  engine: 'cpu',
  versions: { lightgbm: '4.7.0', onnxruntime: '1.30.0' },
} as const;

/** The window of 2022-01-03 and 119 sessions more. */
function decided(candidates: readonly PoolCandidate[] = series.map(of)): TrainablePool {
  const day = recipe.grid.anchor;
  const grid = gridWindows(recipe, day, '2022-01-10' as TradingDay, calendar);
  const dueUntil = '2024-06-28' as TradingDay;
  const context = { recipe, calendar, dueUntil, isMember: () => true };
  const [pool] = decidePool(grid, candidates, context);
  if (pool.skip !== undefined) throw new Error(`the window is skipped as "${pool.skip}"`);
  return pool;
}

function of(bars: Bars): PoolCandidate {
  return { symbol: bars.symbol, bars, instrumentClass: 'derivatives' };
}

/** The pool with one close of the second member moved. */
function changedAt(index: number): TrainablePool {
  const [, bars] = series;
  const close = bars.close.with(index, bars.close[index] + 0.01);
  return decided(series.with(1, { ...bars, close }).map(of));
}

const usual = decided();
const keys = pooledKeys(usual, parts);
const { teacher, predictions } = usual.members[1].ranges;

function changes(other: WindowKeys): boolean[] {
  return [
    other.teacher.key !== keys.teacher.key,
    other.teacher.predictionsKey !== keys.teacher.predictionsKey,
    other.student.key !== keys.student.key,
    other.student.predictionsKey !== keys.student.predictionsKey,
  ];
}

const none = [false, false, false, false];
const all = [true, true, true, true];
const predictionsOnly = [false, true, false, true];

describe('pooledKeys', () => {
  test.each([
    ['the bar before its warm-up', teacher.start - 1, none],
    ['the first bar of its warm-up', teacher.start, all],
    ['its bar of the decision day', teacher.end - 1, all],
    ['its bar after the decision day', teacher.end, predictionsOnly],
    ['the bar at which its last label ends', predictions.end - 1, predictionsOnly],
    ['the bar after that', predictions.end, none],
  ])('follow from the bars of each member: %s', (_, index, expected) => {
    expect(changes(pooledKeys(changedAt(index), parts))).toEqual(expected);
  });

  test.each([
    ['at the first bar read', teacher.start, none],
    ['inside the window', teacher.end - 1, all],
    ['after the decision day', teacher.end, predictionsOnly],
    ['later than every bar read', predictions.end, none],
  ])('follow from a member’s confirmed action: one %s', (_, index, expected) => {
    const [, bars] = series;
    const action: PlannedAction = {
      symbol: bars.symbol,
      exDate: dayOf(bars.ts[index]),
      kind: 'dividend',
      priceFactor: 1,
      volumeFactor: 1,
      cash: 1,
    };
    const candidates = series.map((one) => ({ ...of(one), actions: one === bars ? [action] : [] }));

    expect(changes(pooledKeys(decided(candidates), parts))).toEqual(expected);
  });

  test('follow from who is in the pool, and not from who is left out', () => {
    const absent: PoolCandidate = { symbol: 'ZZZ', instrumentClass: 'derivatives' };

    expect(changes(pooledKeys(decided(series.slice(0, 2).map(of)), parts))).toEqual(all);
    expect(changes(pooledKeys(decided([...series.map(of), absent]), parts))).toEqual(none);
  });
});

describe('residualKeys', () => {
  const own = { ...parts, recipe: { ...residualRecipe, grid: recipe.grid } };
  const [infy, tcs] = usual.members;

  test('name the pool’s teacher, and a student of the symbol’s own', () => {
    const residual = residualKeys(keys.teacher, infy, own);

    expect(residual.teacher).toEqual(keys.teacher);
    expect(residual.student).not.toEqual(residualKeys(keys.teacher, tcs, own).student);
    expect(residual.student).toEqual(residualKeys(keys.teacher, infy, own).student);
  });

  test.each([
    ['a bar of another member before the decision', teacher.end - 1, [true, true]],
    ['a bar of another member after it', teacher.end, [false, true]],
    ['a bar that nobody reads', predictions.end, [false, false]],
  ])('change with the teacher they start from: %s', (_, index, expected) => {
    const before = residualKeys(keys.teacher, infy, own).student;

    const after = residualKeys(pooledKeys(changedAt(index), parts).teacher, infy, own).student;

    expect([after.key !== before.key, after.predictionsKey !== before.predictionsKey]).toEqual(
      expected,
    );
  });

  test('change with what only residual students depend on', () => {
    const student = { ...own.recipe.student, l2: 10 };

    const other = residualKeys(keys.teacher, infy, { ...own, recipe: { ...own.recipe, student } });

    expect(other.student.key).not.toBe(residualKeys(keys.teacher, infy, own).student.key);
  });
});
