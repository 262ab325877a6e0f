import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvariantError } from '../../contracts/errors.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { dayOf } from '../market/calendar/exchange-time.ts';
import { featureBlocks, warmupStart, writeRows } from './feature-blocks.ts';
import { atFiveMinutes, randomContext } from './features.fixture.ts';
import type { Matrix } from './matrix.ts';
import { randomWalk } from './random-walk.fixture.ts';
import { intradayRecipe, symbolRecipe } from './recipes.ts';
import { featureMatrix } from './sample-set.ts';

/*
 * - blocks are half years of the calendar, or months of 5-minute bars, wherever a series begins
 * - each is computed from 300 bars before its first, or from the first there is
 * - so a row's features are the same in every window that holds it, bars prepended to a history
 *   change nothing, and bars after the row do not either
 */
const series = randomWalk(1241, 3);
const context = randomContext(1241, 4);
const recipe = { ...symbolRecipe, features: 'full-2' };
const days = (bars: Bars, range: { start: number; end: number }): string =>
  `${dayOf(bars.ts[range.start])}..${dayOf(bars.ts[range.end - 1])}`;

/** Features of one bar on bars `[start, end)` of the series. */
function featuresOf(bar: number, start: number, end = 1241, of = recipe): Matrix {
  const market = randomContext(1241, 4);
  const within = Object.fromEntries(
    Object.entries(market).map(([name, column]) => [name, column.slice(start, end)]),
  );
  const input = {
    bars: sliceBars(series, start, end),
    context: within as typeof market,
    listedTs: series.ts[400],
  };
  return featureMatrix([{ ...input, rows: Int32Array.of(bar - start) }], of);
}

describe('featureBlocks', () => {
  test('are half years, each from 300 bars before its first or from the first there is', () => {
    const blocks = featureBlocks(series, { start: 100, end: 700 }, symbolRecipe);

    expect(blocks.map((block) => days(series, block))).toEqual([
      '2020-01-01..2020-06-30',
      '2020-07-01..2020-12-31',
      '2021-01-01..2021-06-30',
      '2021-07-01..2021-12-31',
      '2022-01-03..2022-06-30',
      '2022-07-01..2022-12-30',
    ]);
    expect(blocks.map(({ start, warmup }) => start - warmup)).toEqual([0, 130, 262, 300, 300, 300]);
  });

  test('are months of 5-minute bars', () => {
    const bars = atFiveMinutes(randomWalk(75 * 40, 5));

    const [january, february] = featureBlocks(bars, { start: 0, end: 75 * 40 }, intradayRecipe);

    expect([january, february].map((block) => days(bars, block))).toEqual([
      '2020-01-01..2020-01-31',
      '2020-02-01..2020-02-09',
    ]);
    expect(february).toEqual({ start: 75 * 31, end: 75 * 40, warmup: 75 * 31 - 300 });
  });

  test('end where the series does', () => {
    const bars = sliceBars(series, 0, 610);

    expect(featureBlocks(bars, { start: 600, end: 610 }, symbolRecipe)).toEqual([
      { start: 523, end: 610, warmup: 223 },
    ]);
    expect(featureBlocks(bars, { start: 610, end: 610 }, symbolRecipe)).toEqual([]);
  });
});

describe('the features of a row', () => {
  test('are the same whatever window holds it, and whatever a history gains at its beginning', () => {
    fc.assert(
      fc.property(fc.integer({ min: 420, max: 1240 }), fc.nat(1000), (bar, more) => {
        const least = warmupStart(series, series.ts[bar], recipe);

        expect(featuresOf(bar, Math.max(0, least - more))).toEqual(featuresOf(bar, least));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('read all bars of their warm-up: from a later one on some are others', () => {
    const bar = 1000;
    const least = warmupStart(series, series.ts[bar], recipe);

    expect(featuresOf(bar, least + 150)).not.toEqual(featuresOf(bar, least));
  });

  test('are the same on the bars up to the row', () => {
    fc.assert(
      fc.property(fc.nat(1240), (bar) => {
        expect(featuresOf(bar, 0, bar + 1)).toEqual(featuresOf(bar, 0));
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test('are the same in a matrix of many rows as alone', () => {
    const rows = Int32Array.of(5, 129, 130, 131, 700, 1240);

    const together = featureMatrix(
      [{ bars: series, context, rows, listedTs: series.ts[400] }],
      recipe,
    );

    rows.forEach((bar, i) => {
      const own = together.features.map((_, j) => together.values[j * rows.length + i]);
      expect(own, `bar "${bar}"`).toEqual([...featuresOf(bar, 0).values]);
    });
  });
});

describe('writeRows', () => {
  test('refuses bars whose features nobody computed', () => {
    const matrix = { rows: 1, features: ['a'], values: new Float32Array(1) };
    const columns = {
      start: 10,
      matrix: { rows: 5, features: ['a'], values: new Float32Array(5) },
    };

    for (const bar of [9, 15])
      expect(() => writeRows(columns, Int32Array.of(bar), matrix, (i) => i)).toThrow(
        new InvariantError(
          `bar "${bar}" is asked for its features, but those known are of bars "10" to "14"`,
        ),
      );
  });
});
