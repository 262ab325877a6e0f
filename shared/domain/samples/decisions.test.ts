import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { skipReasons } from '../../contracts/outcome.ts';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, isTradingDay, type TradingDay } from '../../contracts/time.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { action, rawBars } from '../market/actions/actions.fixture.ts';
import { bars as barsOf } from '../market/bars/bars.fixture.ts';
import { dayOf, dayStart } from '../market/calendar/exchange-time.ts';
import {
  calendar,
  cases,
  decisionsOf,
  indexOf,
  series,
  sessions,
  since,
  until,
  without,
} from './decisions.fixture.ts';
import { decideWindows, type DecidedWindow, type SymbolFacts } from './decisions.ts';
import { labelEnds } from './labels.ts';
import { symbolRecipe } from './recipes.ts';
import { trainingRows } from './sample-set.ts';
import { gridWindows } from './windows.ts';

const day = (text: string): TradingDay => text as TradingDay;
const windowStart = indexOf('2022-01-03');
/** A price that goes one way by 1 % a session. */
const trend = (growth: number): Bars =>
  barsOf({ days: sessions, close: sessions.map((_, i) => 500 * growth ** i) });

/** The grid with a window that starts on a day. */
const gridFrom = (from: string): Pick<Recipe, 'grid'> => ({
  grid: { ...symbolRecipe.grid, anchor: day(from) },
});

/** Decides the window of 2022-01-01 to 2022-06-30: 122 sessions, the last on 2022-06-29. */
function decided(
  facts: Omit<SymbolFacts, 'instrumentClass'>,
  dueUntil = '2024-01-01',
  from = '2022-01-01',
) {
  const grid = gridWindows(gridFrom(from), day(from), day(from), calendar);
  const context = { recipe: symbolRecipe, calendar, dueUntil: day(dueUntil) };
  const [decision] = decideWindows(grid, { ...facts, instrumentClass: 'derivatives' }, context);
  return decision;
}

describe('decideWindows', () => {
  test('trains the rows whose label has ended by the close of the decision day', () => {
    const decision = decided({ bars: series });

    expect(decision).toMatchObject({
      effectiveFrom: '2022-01-01',
      grid: { decisionDay: '2022-06-29' },
      rows: 122 - 6,
      ranges: {
        teacher: { start: windowStart - 300, end: indexOf('2022-06-29') + 1 },
        predictions: { start: windowStart - 300, end: indexOf('2022-12-26') + 6 },
      },
    });
  });

  test('clips a window at a listing that leaves enough rows', () => {
    const decision = decided({ bars: series, listed: day('2022-01-10') });

    expect(decision).toMatchObject({ effectiveFrom: '2022-01-10', rows: 122 - 5 - 6 });
  });

  test('predicts as far as there are bars', () => {
    const decision = decided({ bars: until('2022-07-29') });

    expect(decision).toMatchObject({
      ranges: { predictions: { end: indexOf('2022-07-29') + 1 } },
    });
  });

  test.each<[string, () => DecidedWindow, string, Record<string, string | number>]>([
    [
      'a decision point after the day until which windows are due',
      () => decided({ bars: series, listed: day('2023-01-02') }, '2022-06-28'),
      'not-due',
      { decisionDay: '2022-06-29', dueUntil: '2022-06-28' },
    ],
    [
      'a decision point that the calendar does not reach',
      () => decided({ bars: series }, '2030-01-01', '2026-07-06'),
      'not-due',
      { decisionDay: '2027-01-02', dueUntil: '2030-01-01' },
    ],
    [
      'a listing after the decision point',
      () => decided({ listed: day('2022-06-30') }),
      'pre-listing',
      { listed: '2022-06-30' },
    ],
    [
      'a listing that leaves one row too few',
      () => decided({ bars: series, listed: day('2022-01-27') }),
      'partial-listing',
      { listed: '2022-01-27', rows: 99, minimumRows: 100 },
    ],
    [
      'a listing on the decision day',
      () => decided({ bars: series, listed: day('2022-06-29') }),
      'partial-listing',
      { listed: '2022-06-29', rows: 0, minimumRows: 100 },
    ],
    ['no bars', () => decided({}), 'no-bars', { bars: 0 }],
    [
      'bars before the window only',
      () => decided({ bars: until('2021-12-31') }),
      'no-bars',
      { bars: 0, firstDay: '2020-01-01', lastDay: '2021-12-31' },
    ],
    [
      'bars after the window only',
      () => decided({ bars: since('2022-07-01') }),
      'no-bars',
      { bars: 0, firstDay: '2022-07-01', lastDay: '2023-12-29' },
    ],
    [
      'bars that end the session before the decision day',
      () => decided({ bars: until('2022-06-28') }),
      'no-future-bars',
      { lastDay: '2022-06-28', decisionDay: '2022-06-29' },
    ],
    [
      'a symbol that stands still on the decision day, though it goes on',
      () => decided({ bars: without('2022-06-29') }),
      'no-future-bars',
      { lastDay: '2022-06-28', decisionDay: '2022-06-29' },
    ],
    [
      'three sessions of 122 without a bar',
      () => decided({ bars: without('2022-01-03', '2022-04-01', '2022-06-28') }),
      'low-coverage',
      { expectedBars: 122, presentBars: 119, coverage: 119 / 122, minimumCoverage: 0.98 },
    ],
    [
      'a series that leaves one row too few',
      () => decided({ bars: sliceBars(series, windowStart - 42, sessions.length) }),
      'too-few-samples',
      { rows: 99, minimumRows: 100 },
    ],
    [
      'a gap that nobody confirmed, in the bars before the window',
      () =>
        decided({
          bars: series,
          unconfirmed: [
            { exDate: sessions[windowStart - 300], gap: 0.4, market: 1, nearestRatio: 0.4 },
            { exDate: sessions[windowStart - 299], gap: 0.5, market: 0.99, nearestRatio: 0.5 },
          ],
        }),
      'unconfirmed-action',
      { exDate: sessions[windowStart - 299], gap: 0.5, market: 0.99, nearestRatio: 0.5 },
    ],
    [
      'an action of the table that nobody confirmed, on the decision day',
      () =>
        decided({ bars: series, unconfirmed: [{ exDate: day('2022-06-29'), priceFactor: 0.5 }] }),
      'unconfirmed-action',
      { exDate: '2022-06-29', priceFactor: 0.5 },
    ],
    [
      'a price that only rises',
      () => decided({ bars: trend(1.01) }),
      'single-class',
      { gains: 116, losses: 0, minimumClassRows: 20 },
    ],
  ])('skips %s', (_, decide, reason, detail) => {
    const decision = decide();

    expect(decision.skip).toBe(reason);
    expect(decision).toHaveProperty('detail', detail);
  });

  test.each([
    ['two sessions of 122 without a bar', without('2022-01-03', '2022-04-01'), 120 - 6],
    [
      'a series that leaves just enough rows',
      sliceBars(series, windowStart - 43, sessions.length),
      100,
    ],
  ])('trains with %s', (_, bars, rows) => {
    expect(decided({ bars })).toMatchObject({ rows });
  });

  test('trains where what nobody confirmed lies outside the bars it reads', () => {
    const unconfirmed = [
      { exDate: sessions[windowStart - 300], priceFactor: 0.5 },
      { exDate: sessions[indexOf('2022-12-26') + 6], priceFactor: 0.5 },
    ];

    const decision = decided({ bars: series, unconfirmed });

    expect(decision).toMatchObject({ rows: 116, judged: 122, unread: 0 });
    expect(decision).not.toHaveProperty('readTo');
  });

  test.each([
    ['the session after the decision', indexOf('2022-06-29') + 1, 1],
    [
      'the middle of the span',
      indexOf('2022-09-15'),
      indexOf('2022-09-15') - indexOf('2022-06-29'),
    ],
    ['the bar where the last label ends', indexOf('2022-12-26') + 5, 122],
  ])('is judged up to what nobody confirmed: %s', (_, at, rows) => {
    const decision = decided({
      bars: series,
      unconfirmed: [{ exDate: sessions[at], priceFactor: 0.5 }],
    });

    expect(decision).toMatchObject({
      rows: 116,
      readTo: sessions[at],
      judged: 122,
      unread: 122 - rows,
      ranges: {
        teacher: { start: windowStart - 300, end: indexOf('2022-06-29') + 1 },
        predictions: { start: windowStart - 300, end: at },
      },
    });
  });

  test('knows the rows of a span that has no model', () => {
    expect(decided({ bars: series, listed: day('2022-01-27') })).toMatchObject({
      skip: 'partial-listing',
      judged: 122,
    });
    expect(decided({ bars: until('2022-06-28') })).toMatchObject({ judged: 0 });
    expect(decided({ bars: series }, '2022-06-28')).toMatchObject({ skip: 'not-due', judged: 0 });
  });

  test('counts the classes of adjusted prices', () => {
    // It rises by 1 % a session; raw prices fall by 9 % every eighth session, so that most labels are losses.
    const splits = sessions
      .slice(windowStart, windowStart + 120)
      .filter((_, i) => i % 8 === 0)
      .map((exDate) => action({ exDate, priceFactor: 0.9, volumeFactor: 1 / 0.9 }));
    const bars = rawBars(trend(1.01), ...splits);

    expect(decided({ bars }).skip).toBeUndefined();
    expect(decided({ bars, actions: splits })).toMatchObject({
      skip: 'single-class',
      detail: { gains: 116, losses: 0 },
    });
  });

  test('trains on the day of its decision point, and as soon as a listing allows', () => {
    const decision = decided({ bars: series, listed: day('2022-01-25') }, '2022-06-29');

    expect(decision).toMatchObject({ effectiveFrom: '2022-01-25', rows: 100 });
  });
});

describe('decideWindows of any symbol', () => {
  test('gives each window of the grid one decision, a skip with its numbers', () => {
    fc.assert(
      fc.property(cases, (one) => {
        const decisions = decisionsOf(one);

        const { recipe, from, to } = one;
        expect(decisions.map(({ grid }) => grid)).toEqual(gridWindows(recipe, from, to, calendar));
        for (const decision of decisions) {
          expect(decision.effectiveFrom < decision.grid.to).toBe(true);
          if (decision.skip === undefined)
            expect(decision.rows).toBeGreaterThanOrEqual(recipe.minimumRows);
          else {
            expect(skipReasons).toContain(decision.skip);
            expect(Object.keys(decision.detail).length).toBeGreaterThan(0);
            for (const value of Object.values(decision.detail))
              expect(typeof value === 'string' ? isTradingDay(value) : Number.isFinite(value)).toBe(
                true,
              );
          }
        }
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  test('trains nothing whose label ends after the close of the decision day', () => {
    let trained = 0;
    fc.assert(
      fc.property(cases, (one) => {
        const { horizon, readyBars } = one.recipe;
        const ts = one.symbol.bars?.ts ?? new Float64Array();
        for (const decision of decisionsOf(one)) {
          if (decision.skip !== undefined) continue;
          const { grid, ranges, effectiveFrom, rows } = decision;
          const learnt = [...ts.keys()].filter(
            (i) =>
              ts[i] >= dayStart(effectiveFrom) &&
              i >= readyBars - 1 &&
              i + 1 + horizon < ts.length &&
              dayOf(ts[i + 1 + horizon]) <= grid.decisionDay,
          );

          const labelled = { ts, labelEnds: labelEnds(one.symbol.bars ?? series, horizon) };
          expect([...trainingRows(labelled, ranges.span, readyBars)]).toEqual(learnt);
          expect(rows).toBe(learnt.length);
          expect(dayOf(ts[ranges.teacher.end - 1])).toBe(grid.decisionDay);
          trained += 1;
        }
      }),
      { seed: 2, numRuns: 300 },
    );

    expect(trained).toBeGreaterThan(100);
  });

  test('decides a window alike, from whatever day the run begins', () => {
    fc.assert(
      fc.property(cases, fc.nat(1_000), (one, days) => {
        const later = addDays(one.from, days);

        const decisions = decisionsOf({ ...one, from: later });

        expect(decisions).toEqual(decisionsOf(one).filter(({ grid }) => grid.from >= later));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test('decides alike without the bars after the decision day, whatever nobody confirmed later', () => {
    const known = (decision: DecidedWindow): unknown =>
      decision.skip ?? { rows: decision.rows, teacher: decision.ranges.teacher };
    const [reasons, cut] = [new Set<string>(), { windows: 0 }];
    fc.assert(
      fc.property(cases, fc.integer({ min: -60, max: 60 }), (one, off) => {
        for (const { grid } of decisionsOf(one)) {
          const { from, decisionDay } = grid;
          if (decisionDay === undefined) continue;
          const exDate = sessions[Math.max(0, indexOf(decisionDay) + off)] ?? sessions[0];
          const unconfirmed = [{ exDate, priceFactor: 0.5 }];
          const gapped = { ...one, symbol: { ...one.symbol, unconfirmed }, from };
          const [decision] = decisionsOf(gapped);
          const all = one.symbol.bars ?? series;
          const end = [...all.ts].filter((ts) => dayOf(ts) <= decisionDay).length;
          const symbol = {
            ...one.symbol,
            bars: sliceBars(all, 0, end),
            unconfirmed: unconfirmed.filter((gap) => gap.exDate <= decisionDay),
          };

          const [before] = decisionsOf({ ...one, symbol, from });

          expect(known(before)).toEqual(known(decision));
          reasons.add(decision.skip ?? 'none');
          if (decision.skip === undefined && decision.readTo !== undefined) cut.windows += 1;
        }
      }),
      { seed: 4, numRuns: 150 },
    );

    expect([...reasons]).toEqual(
      expect.arrayContaining(['none', 'no-future-bars', 'unconfirmed-action']),
    );
    expect(cut.windows).toBeGreaterThan(10);
  });
});
