import fc from 'fast-check';
import type { Recipe } from '../../contracts/recipe.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import { readReference } from '../../runtime/reference/reference.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { pickedBars } from '../market/bars/merged-bars.ts';
import { simulatedExchange } from '../market/simulated/simulated-bars.ts';
import { decideWindows, type DecidedWindow, type SymbolFacts } from './decisions.ts';
import { symbolRecipe } from './recipes.ts';
import { gridWindows } from './windows.ts';

/** The exchange's own sessions of 2020 to 2026. */
export const { calendar } = await readReference();

const [from, to] = ['2020-01-01', '2024-01-01'] as TradingDay[];

/** Days with a bar of `series`, 2020 to 2023. */
export const sessions = calendar.sessions(from, to);

/** Bars of one symbol that nobody can predict. */
export const series = simulatedExchange({
  seed: 1,
  calendar,
  from,
  to,
  instruments: [{ symbol: 'AAA', sector: 'banks' }],
}).daily('AAA');

/** Index of a day's bar in `series`. */
export const indexOf = (day: string): number => sessions.indexOf(day as TradingDay);

/** The series from a day on. */
export const since = (first: string): Bars => sliceBars(series, indexOf(first), sessions.length);

/** The series up to and with a day. */
export const until = (last: string): Bars => sliceBars(series, 0, indexOf(last) + 1);

/** The series but for some days. */
export function without(...days: readonly string[]): Bars {
  const missing = new Set(days.map(indexOf));
  return pickedBars(
    series,
    [...series.ts.keys()].filter((i) => !missing.has(i)),
  );
}

/** What a plan asks of one symbol. */
export interface Case {
  readonly recipe: Recipe;
  readonly symbol: SymbolFacts;
  /** Bars end here. */
  readonly asOf: TradingDay;
  readonly from: TradingDay;
  readonly to: TradingDay;
}

const anyDay = fc.nat(1_640).map((days) => addDays('2020-01-01' as TradingDay, days));

/** Any recipe and span, over a symbol listed at any time whose bars have any gaps. */
export const cases: fc.Arbitrary<Case> = fc
  .record({
    listed: fc.option(anyDay, { nil: undefined, freq: 2 }),
    firstBar: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(sessions.length)),
    gaps: fc.array(fc.tuple(fc.nat(sessions.length), fc.integer({ min: 1, max: 30 })), {
      maxLength: 3,
    }),
    asOf: anyDay,
    from: anyDay,
    days: fc.nat(1_000),
    horizon: fc.integer({ min: 1, max: 20 }),
    windowDays: fc.integer({ min: 60, max: 300 }),
    stepDays: fc.integer({ min: 20, max: 300 }),
    minimumRows: fc.integer({ min: 20, max: 100 }),
    minimumClassRows: fc.integer({ min: 1, max: 20 }),
  })
  .map(({ listed, firstBar, gaps, asOf, from, days, windowDays, stepDays, ...options }) => {
    const isMissing = (i: number): boolean =>
      i < firstBar || gaps.some(([start, length]) => i >= start && i < start + length);
    const kept = [...series.ts.keys()].filter((i) => !isMissing(i) && sessions[i] <= asOf);
    const symbol: SymbolFacts = {
      bars: pickedBars(series, kept),
      instrumentClass: 'derivatives',
      ...(listed ? { listed } : {}),
    };
    const grid = { ...symbolRecipe.grid, length: windowDays, step: stepDays };
    return {
      recipe: { ...symbolRecipe, ...options, grid },
      symbol,
      asOf,
      from,
      to: addDays(from, days),
    };
  });

/** Decides a case's windows as a plan does. */
export function decisionsOf({ recipe, symbol, asOf, from, to }: Case): DecidedWindow[] {
  const dueUntil = asOf < to ? asOf : to;
  const grid = gridWindows(recipe, from, to, calendar);
  return decideWindows(grid, symbol, { recipe, calendar, dueUntil });
}
