import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Ranges } from './true-range.ts';

type Column = readonly (number | null)[];
type Golden = Readonly<Record<GoldenSeries, Readonly<Record<string, Column>>>>;

/** TA-Lib's answers to generated bars, made by scripts/golden/ta-lib.py. */
const golden = JSON.parse(
  readFileSync(new URL('../../../../data/fixtures/ta-lib.json', import.meta.url), 'utf8'),
) as Golden;

/**
 * `walk`: 400 bars with 40 flat ones among them; `short`: the 40 bars of a new listing; `gap`: 120
 * bars whose price falls by a third overnight, and doubles later.
 */
export const goldenSeries = ['walk', 'short', 'gap'] as const;
export type GoldenSeries = (typeof goldenSeries)[number];

/** A stored column; NaN during the warm-up. */
export function goldenColumn(series: GoldenSeries, name: string): Float64Array {
  return Float64Array.from(golden[series][name], (value) => value ?? NaN);
}

/** The prices that TA-Lib was given, in rupees. */
export function goldenBars(series: GoldenSeries): Ranges {
  return {
    high: goldenColumn(series, 'high'),
    low: goldenColumn(series, 'low'),
    close: goldenColumn(series, 'close'),
  };
}

/** Expects the stored warm-up exactly, and values within 1e-9 of theirs (of 1 where below it). */
export function expectTaLib(values: Float64Array, series: GoldenSeries, name: string): void {
  const expected = goldenColumn(series, name);
  expect(values.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const title = `${name} of bar "${i}" of ${series}`;
    if (Number.isNaN(value)) expect(values[i], title).toBeNaN();
    else
      expect(Math.abs(values[i] - value), title).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
  });
}
