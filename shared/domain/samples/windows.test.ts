import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, daysBetween, type TradingDay } from '../../contracts/time.ts';
import { readReference } from '../../runtime/reference/reference.ts';
import { pooledRecipe, symbolRecipe } from './recipes.ts';
import { gridWindows } from './windows.ts';

// The exchange's sessions of 2020 to 2026.
const { calendar } = await readReference();
const sessions = calendar.sessions(calendar.from, calendar.to);
const day = (text: string): TradingDay => text as TradingDay;

const recipes: fc.Arbitrary<Pick<Recipe, 'grid'>> = fc
  .record({
    unit: fc.constantFrom('days' as const, 'sessions' as const),
    length: fc.integer({ min: 7, max: 400 }),
    step: fc.integer({ min: 1, max: 400 }),
    anchor: fc.integer({ min: -2_000, max: 1_800 }).map((days) => addDays(day('2022-01-01'), days)),
  })
  .map((grid) => ({ grid }));
const inSessions = recipes.map(({ grid }) => ({ grid: { ...grid, unit: 'sessions' as const } }));
const inDays = recipes.map(({ grid }) => ({ grid: { ...grid, unit: 'days' as const } }));
/** Spans whose windows end inside the calendar or after it. */
const spans = fc
  .tuple(fc.nat(1_500), fc.nat(1_500))
  .map(([start, length]) => [start, start + length].map((days) => addDays(calendar.from, days)));

describe('gridWindows', () => {
  test('are those of the recipe that start from the first day asked to the last', () => {
    const windows = gridWindows(symbolRecipe, day('2022-01-01'), day('2022-12-27'), calendar);

    expect(windows).toEqual([
      {
        from: '2022-01-01',
        to: '2022-06-30',
        decisionDay: '2022-06-29',
        evaluateTo: '2022-12-26',
      },
      {
        from: '2022-06-30',
        to: '2022-12-27',
        decisionDay: '2022-12-26',
        evaluateTo: '2023-06-23',
      },
      {
        from: '2022-12-27',
        to: '2023-06-25',
        decisionDay: '2023-06-23',
        evaluateTo: '2023-12-21',
      },
    ]);
  });

  test('lie before the anchor, too', () => {
    const windows = gridWindows(symbolRecipe, day('2020-07-10'), day('2021-12-31'), calendar);

    expect(windows.map(({ from }) => from)).toEqual(['2020-07-10', '2021-01-06', '2021-07-05']);
  });

  test('are none where none starts', () => {
    expect(gridWindows(symbolRecipe, day('2022-01-02'), day('2022-06-29'), calendar)).toEqual([]);
  });

  test('have no decision day where the calendar does not reach the end', () => {
    const [reached, beyond] = gridWindows(
      { grid: { ...symbolRecipe.grid, anchor: day('2026-07-05'), step: 1 } },
      day('2026-07-05'),
      day('2026-07-06'),
      calendar,
    );

    expect(reached).toEqual({
      from: '2026-07-05',
      to: '2027-01-01',
      decisionDay: '2026-12-31',
      evaluateTo: '2027-01-02',
    });
    expect(beyond).toEqual({ from: '2026-07-06', to: '2027-01-02', evaluateTo: '2027-01-03' });
  });

  test('are refused where one ends before the calendar begins', () => {
    const early = (): unknown =>
      gridWindows(symbolRecipe, day('2014-01-01'), day('2024-01-01'), calendar);

    expect(early).toThrow(InputError);
    expect(early).toThrow('lies outside the calendar, which covers "2015-01-01" to "2026-12-31"');
  });

  test('lie on the grid of the anchor, whatever days are asked', () => {
    fc.assert(
      fc.property(inDays, spans, (recipe, [from, to]) => {
        const onGrid: string[] = [];
        for (let start = from; start <= to; start = addDays(start, 1))
          if (daysBetween(recipe.grid.anchor, start) % recipe.grid.step === 0) onGrid.push(start);

        const windows = gridWindows(recipe, from, to, calendar);

        expect(windows.map((window) => window.from)).toEqual(onGrid);
        for (const window of windows)
          expect(daysBetween(window.from, window.to)).toBe(recipe.grid.length);
      }),
      { seed: 1 },
    );
  });

  test('of sessions lie on the grid of the anchor, and are as long as it says', () => {
    fc.assert(
      fc.property(inSessions, spans, ({ grid }, [from, to]) => {
        const origin = sessions.findIndex((session) => session >= grid.anchor);
        const onGrid = sessions.filter(
          (session, index) =>
            session >= from && session <= to && (index - origin) % grid.step === 0,
        );

        const windows = gridWindows({ grid }, from, to, calendar);

        expect(windows.map((window) => window.from)).toEqual(onGrid);
        for (const { from: start, to: end, decisionDay } of windows)
          if (decisionDay !== undefined)
            expect(calendar.sessions(start, end)).toHaveLength(grid.length);
      }),
      { seed: 5, numRuns: 50 },
    );
  });

  test('of sessions asked for from before the calendar are those inside it', () => {
    const windows = gridWindows(
      pooledRecipe,
      addDays(calendar.from, -3650),
      sessions[60],
      calendar,
    );

    expect(windows).toEqual(gridWindows(pooledRecipe, calendar.from, sessions[60], calendar));
    expect(windows.length).toBeGreaterThan(1);
  });

  test('of sessions need an anchor that the calendar knows', () => {
    const { grid } = pooledRecipe;
    const far = { grid: { ...grid, anchor: day('2027-01-04') } };

    expect(() => gridWindows(far, day('2022-01-01'), day('2022-06-30'), calendar)).toThrow(
      'anchor "2027-01-04" lies outside the calendar',
    );
  });

  test('of sessions beyond the calendar have a name that ends there, and no decision day', () => {
    const windows = gridWindows(pooledRecipe, day('2025-01-01'), day('2027-06-30'), calendar);

    expect(windows.at(-1)?.decisionDay).toBeUndefined();
    for (const { to, decisionDay } of windows)
      expect(to > calendar.to).toBe(decisionDay === undefined);
  });

  test('are the same windows, whatever run looks at them', () => {
    fc.assert(
      fc.property(recipes, spans, spans, (recipe, [from, to], [otherFrom, otherTo]) => {
        const windows = gridWindows(recipe, from, to, calendar);

        const others = gridWindows(recipe, otherFrom, otherTo, calendar);

        expect(others.filter((window) => window.from >= from && window.from <= to)).toEqual(
          windows.filter((window) => window.from >= otherFrom && window.from <= otherTo),
        );
      }),
      { seed: 2 },
    );
  });

  test('decide on the last session before their end, where the calendar knows it', () => {
    fc.assert(
      fc.property(recipes, spans, (recipe, [from, to]) => {
        for (const window of gridWindows(recipe, from, to, calendar)) {
          const last = sessions.findLast((session) => session < window.to);

          expect(window.decisionDay).toBe(window.to <= calendar.to ? last : undefined);
        }
      }),
      { seed: 3 },
    );
  });

  test('judge every session once: each evaluation span begins where the one before it ends', () => {
    fc.assert(
      fc.property(recipes, spans, (recipe, [from, to]) => {
        const windows = gridWindows(recipe, from, to, calendar).filter(
          ({ decisionDay }) => decisionDay !== undefined,
        );

        const judged = windows.flatMap(({ decisionDay, evaluateTo }) =>
          sessions.filter((session) => session >= (decisionDay ?? '') && session < evaluateTo),
        );

        const first = windows[0]?.decisionDay ?? calendar.to;
        const end = windows.at(-1)?.evaluateTo ?? calendar.to;
        expect(judged).toEqual(sessions.filter((session) => session >= first && session < end));
        for (const { decisionDay, evaluateTo } of windows)
          expect(evaluateTo >= (decisionDay ?? '')).toBe(true);
      }),
      { seed: 4, numRuns: 50 },
    );
  });
});
