import { describe, expect, test } from 'vitest';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars.ts';
import { decideWindows } from '../../shared/domain/samples/decisions.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { gridWindows } from '../../shared/domain/samples/windows.ts';
import { readReference } from '../../shared/runtime/reference.ts';
import { exchange } from '../world.fixture.ts';
import { windowKeys, type KeyParts, type Trainable, type WindowKeys } from './window-keys.ts';

const { calendar } = await readReference();
const [bars] = exchange(['TCS']);
const parts: KeyParts = {
  symbol: 'TCS',
  interval: '1d',
  recipe: symbolRecipe,
  engine: 'cpu',
  versions: { lightgbm: '4.7.0' },
};
/** The window of the first half of 2022; its last session is 2022-06-29. */
const [decided] = decideWindows(
  gridWindows(symbolRecipe, symbolRecipe.anchor, symbolRecipe.anchor, calendar),
  { bars },
  { recipe: symbolRecipe, calendar, dueUntil: '2024-06-28' as TradingDay },
) as Trainable[];
const { teacher, predictions } = decided.ranges;
const keys = windowKeys(decided, bars, parts);

/** The same bars but for one close. */
function changedAt(index: number): Bars {
  return { ...bars, close: bars.close.with(index, bars.close[index] + 0.05) };
}

/** Which of the two names differ from those of the window as it is. */
function changes(other: WindowKeys): [teacher: boolean, predictions: boolean] {
  return [other.teacherKey !== keys.teacherKey, other.predictionsKey !== keys.predictionsKey];
}

describe('windowKeys', () => {
  test('are two names of 64 hex digits, the same ones every time', () => {
    expect(keys.teacherKey).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.predictionsKey).toMatch(/^[0-9a-f]{64}$/);
    expect(keys.predictionsKey).not.toBe(keys.teacherKey);
    expect(windowKeys(decided, bars, { ...parts })).toEqual(keys);
  });

  test.each([
    ['the bar before the warm-up', teacher.start - 1, [false, false]],
    ['the first bar of the warm-up', teacher.start, [true, true]],
    ['the bar of the decision day', teacher.end - 1, [true, true]],
    ['the bar after the decision day', teacher.end, [false, true]],
    ['the bar at which the last label ends', predictions.end - 1, [false, true]],
    ['the bar after that', predictions.end, [false, false]],
  ])('follow from the bars read: %s', (_, index, expected) => {
    expect(changes(windowKeys(decided, changedAt(index), parts))).toEqual(expected);
  });

  test.each(['ts', 'open', 'high', 'low', 'close', 'volume'] as const)(
    'follow from the column "%s"',
    (column) => {
      const other = { ...bars, [column]: bars[column].with(teacher.start, 1) };

      expect(changes(windowKeys(decided, other, parts))).toEqual([true, true]);
    },
  );

  test('do not depend on where the series begins in memory', () => {
    const start = teacher.start;
    const ranges = {
      span: decided.ranges.span,
      teacher: { start: 0, end: teacher.end - start },
      predictions: { start: 0, end: predictions.end - start },
    };

    const slice = sliceBars(bars, start, predictions.end);

    expect(windowKeys({ ...decided, ranges }, slice, parts)).toEqual(keys);
  });

  test.each<[string, Partial<KeyParts>]>([
    ['symbol', { symbol: 'INFY' }],
    ['interval', { interval: '5m' }],
    ['listing', { listed: '2021-01-01' as TradingDay }],
    ['engine', { engine: 'gpu' }],
    ['version of LightGBM', { versions: { lightgbm: '4.6.0' } }],
    ['further version', { versions: { lightgbm: '4.7.0', onnx: '1' } }],
  ])('follow from the %s', (_, other) => {
    expect(changes(windowKeys(decided, bars, { ...parts, ...other }))).toEqual([true, true]);
  });

  test('follow from every option of the recipe', () => {
    const { name: _name, features: _features, teacher: options, ...rest } = symbolRecipe;
    const others: Recipe[] = [
      ...Object.entries(rest).map(([option, value]) => ({
        ...symbolRecipe,
        [option]: typeof value === 'number' ? value + 1 : '2022-01-02',
      })),
      ...Object.entries(options).map(([option, value]) => ({
        ...symbolRecipe,
        teacher: { ...options, [option]: value + 1 },
      })),
    ];

    expect(others).toHaveLength(13 + 5);
    for (const recipe of others)
      expect(changes(windowKeys(decided, bars, { ...parts, recipe }))).toEqual([true, true]);
  });

  test.each([
    ['effectiveFrom', { ...decided, effectiveFrom: '2022-01-02' as TradingDay }, [true, true]],
    [
      'end of the evaluation',
      { ...decided, grid: { ...decided.grid, evaluateTo: '2022-12-27' as TradingDay } },
      [false, true],
    ],
    [
      'nominal end',
      { ...decided, grid: { ...decided.grid, to: '2022-07-01' as TradingDay } },
      [true, true],
    ],
  ])('follow from the %s', (_, other, expected) => {
    expect(changes(windowKeys(other, bars, parts))).toEqual(expected);
  });
});
