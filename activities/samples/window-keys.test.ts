import { describe, expect, test } from 'vitest';
import type { PlannedAction } from '../../shared/contracts/plan.ts';
import type { Recipe } from '../../shared/contracts/recipe.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { sliceBars, type Bars } from '../../shared/domain/market/bars/bars.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { decideWindows } from '../../shared/domain/samples/decisions.ts';
import { symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { gridWindows } from '../../shared/domain/samples/windows.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { exchange } from '../world.fixture.ts';
import { windowKeys, type KeyParts, type Trainable } from './window-keys.ts';

const { calendar } = await readReference();
const [bars] = exchange(['TCS']);
const parts: KeyParts = {
  symbol: 'TCS',
  interval: '1d',
  recipe: symbolRecipe,
  engine: 'cpu',
  versions: { lightgbm: '4.7.0', onnxruntime: '1.30.0' },
  actions: [],
};
/** The window of the first half of 2022; its last session is 2022-06-29. */
const [decided] = decideWindows(
  gridWindows(symbolRecipe, symbolRecipe.grid.anchor, symbolRecipe.grid.anchor, calendar),
  { bars, instrumentClass: 'derivatives' },
  { recipe: symbolRecipe, calendar, dueUntil: '2024-06-28' as TradingDay },
) as Trainable[];
const { teacher, predictions } = decided.ranges;
const keys = windowKeys(decided, bars, parts);

/** The same bars but for one close. */
function changedAt(index: number): Bars {
  return { ...bars, close: bars.close.with(index, bars.close[index] + 0.05) };
}

/** Which names differ from those of the window as it is: models, then their predictions. */
function changes(other: ReturnType<typeof windowKeys>): boolean[] {
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
const studentOnly = [false, false, true, true];

describe('windowKeys', () => {
  test('are four names of 64 hex digits, the same ones every time', () => {
    const names = [keys.teacher, keys.student].flatMap((stage) => Object.values(stage));

    for (const name of names) expect(name).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(names).size).toBe(4);
    expect(windowKeys(decided, bars, { ...parts })).toEqual(keys);
  });

  test.each([
    ['the bar before the warm-up', teacher.start - 1, none],
    ['the first bar of the warm-up', teacher.start, all],
    ['the bar of the decision day', teacher.end - 1, all],
    ['the bar after the decision day', teacher.end, predictionsOnly],
    ['the bar at which the last label ends', predictions.end - 1, predictionsOnly],
    ['the bar after that', predictions.end, none],
  ])('follow from the bars read: %s', (_, index, expected) => {
    expect(changes(windowKeys(decided, changedAt(index), parts))).toEqual(expected);
  });

  test.each(['ts', 'open', 'high', 'low', 'close', 'volume'] as const)(
    'follow from the column "%s"',
    (column) => {
      const other = { ...bars, [column]: bars[column].with(teacher.start, 1) };

      expect(changes(windowKeys(decided, other, parts))).toEqual(all);
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
    ['version of LightGBM', { versions: { ...parts.versions, lightgbm: '4.6.0' } }],
  ])('follow from the %s', (_, other) => {
    expect(changes(windowKeys(decided, bars, { ...parts, ...other }))).toEqual(all);
  });

  test('of a student follow from what only students depend on', () => {
    const { student } = symbolRecipe;
    const others: Partial<Record<keyof typeof student, unknown>>[] = [
      ...Object.entries(student).flatMap(([option, value]) =>
        typeof value === 'number' ? [{ [option]: value + 1 }] : [],
      ),
      { mix: 'hard' },
      { mix: 0.5 },
      { shares: [1] },
      { temperatures: [1] },
    ];

    expect(others).toHaveLength(5 + 4);
    for (const other of others) {
      const recipe = { ...symbolRecipe, student: { ...student, ...other } } as Recipe;
      expect(changes(windowKeys(decided, bars, { ...parts, recipe }))).toEqual(studentOnly);
    }
  });

  test('of a student’s predictions follow from what runs it', () => {
    const versions = { ...parts.versions, onnxruntime: '1.31.0' };

    expect(changes(windowKeys(decided, bars, { ...parts, versions }))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('follow from every option of the recipe', () => {
    const { name: _, features: _f, student: _s, teacher: options, ...rest } = symbolRecipe;
    const words: Readonly<Record<string, Partial<Recipe>>> = {
      grid: { grid: { ...symbolRecipe.grid, length: 181 } },
      label: { label: { kind: 'parity', costBps: 10 } },
      weights: { weights: { halfLifeSessions: 100 } },
      without: { without: ['trend'] },
      foldScheme: { foldScheme: 'blocks' },
    };
    const others: Recipe[] = [
      ...Object.entries(rest).map(([option, value]) => ({
        ...symbolRecipe,
        ...(typeof value === 'number' ? { [option]: value + 1 } : words[option]),
      })),
      ...Object.entries(options).map(([option, value]) => ({
        ...symbolRecipe,
        teacher: { ...options, [option]: value + 1 },
      })),
    ];

    expect(others).toHaveLength(15 + 5);
    for (const recipe of others)
      expect(changes(windowKeys(decided, bars, { ...parts, recipe }))).toEqual(all);
  });

  test.each([
    ['at the first bar read, which scales every row alike', teacher.start, none],
    ['at the bar after the first', teacher.start + 1, all],
    ['on the decision day', teacher.end - 1, all],
    ['on the day after it', teacher.end, predictionsOnly],
    ['where the last label ends', predictions.end - 1, predictionsOnly],
    ['later than every bar read', predictions.end, none],
  ])('follow from the corporate actions inside the rows: one %s', (_, index, expected) => {
    const action: PlannedAction = {
      symbol: 'TCS',
      exDate: dayOf(bars.ts[index]),
      kind: 'split',
      priceFactor: 0.2,
      volumeFactor: 5,
      cash: 0,
    };

    expect(changes(windowKeys(decided, bars, { ...parts, actions: [action] }))).toEqual(expected);
  });

  test.each([
    ['effectiveFrom', { ...decided, effectiveFrom: '2022-01-02' as TradingDay }, all],
    [
      'end of the evaluation',
      { ...decided, grid: { ...decided.grid, evaluateTo: '2022-12-27' as TradingDay } },
      predictionsOnly,
    ],
    ['nominal end', { ...decided, grid: { ...decided.grid, to: '2022-07-01' as TradingDay } }, all],
  ])('follow from the %s', (_, other, expected) => {
    expect(changes(windowKeys(other, bars, parts))).toEqual(expected);
  });
});
