import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { warmupStart } from './feature-blocks.ts';
import { featureSet } from './features.ts';
import { forwardReturns, labelEnds } from './labels.ts';
import { randomWalk } from './random-walk.fixture.ts';
import { symbolRecipe as recipe } from './recipes.ts';
import {
  evaluationRows,
  sampleSet,
  trainingRows,
  type SampleSet,
  type WindowSpan,
} from './sample-set.ts';
import { spanOf } from './window-span.fixture.ts';

const series = randomWalk(900, 3);
const { horizon, readyBars } = recipe;

/** A window, by the index of its first bar, its decision day and its evaluation's end. */
const windows = fc
  .tuple(fc.nat(700), fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 40 }))
  .map(([from, length, after]) => spanOf(series, from, from + length, from + length + after));

function labelled(bars: Bars): Pick<SampleSet, 'ts' | 'labelEnds'> {
  return { ts: bars.ts, labelEnds: labelEnds(bars, horizon) };
}

function trainingSamples(bars: Bars, span: WindowSpan): SampleSet {
  const window = sliceBars(bars, warmupStart(bars, span.fromTs, recipe), bars.ts.length);
  return sampleSet(window, trainingRows(labelled(window), span, readyBars), recipe);
}

describe('trainingRows', () => {
  test('takes the window’s rows whose label has ended by the close of the decision day', () => {
    const span = spanOf(series, 400, 420, 440);

    const rows = trainingRows(labelled(series), span, readyBars);

    // The label of row 414 ends at the open of bar 414 + 1 + 5, the decision day's own.
    expect([...rows]).toEqual(Array.from({ length: 15 }, (_, i) => 400 + i));
  });

  test('passes over bars that are not ready', () => {
    const rows = trainingRows(labelled(series), spanOf(series, 0, 70, 80), readyBars);

    expect([rows[0], rows.at(-1)]).toEqual([59, 64]);
  });

  test('takes no label that ends after the decision day, nor a row before the window', () => {
    fc.assert(
      fc.property(windows, (span) => {
        for (const row of trainingRows(labelled(series), span, readyBars)) {
          expect(series.ts[row + 1 + horizon]).toBeLessThan(span.decisionEndTs);
          expect(series.ts[row]).toBeGreaterThanOrEqual(span.fromTs);
        }
      }),
      { seed: 1 },
    );
  });

  test('chooses the same bars from the series and from the window’s slice of it', () => {
    fc.assert(
      fc.property(windows, (span) => {
        const start = warmupStart(series, span.fromTs, recipe);
        const slice = sliceBars(series, start, 900);

        const rows = trainingRows(labelled(slice), span, readyBars).map((row) => row + start);

        expect(rows).toEqual(trainingRows(labelled(series), span, readyBars));
      }),
      { seed: 2 },
    );
  });
});

describe('evaluationRows', () => {
  test('run from the decision day to the day before the next, labels ended or not', () => {
    const bars = sliceBars(series, 0, 425);

    expect([...evaluationRows(series.ts, spanOf(series, 400, 420, 424))]).toEqual([
      420, 421, 422, 423,
    ]);
    expect([...evaluationRows(bars.ts, spanOf(series, 400, 423, 440))]).toEqual([423, 424]);
  });
});

describe('sampleSet', () => {
  test('holds features as float32, column by column, with labels beside them', () => {
    const rows = Int32Array.of(10, 500, 894);

    const samples = sampleSet(series, rows, recipe);

    const features = featureSet('base-1');
    expect(samples.matrix.rows).toBe(3);
    expect(samples.matrix.features).toEqual(features.map(({ name }) => name));
    features.forEach((feature, j) => {
      const expected = Array.from(rows, (row) => {
        const start = warmupStart(series, series.ts[row], recipe);
        const column = feature.compute({ bars: sliceBars(series, start, 900) });
        return Math.fround(column[row - start]);
      });
      expect([...samples.matrix.values.subarray(j * 3, j * 3 + 3)]).toEqual(expected);
    });
    expect([...samples.ts]).toEqual([series.ts[10], series.ts[500], series.ts[894]]);
    expect(samples.forwardReturns[1]).toBe(forwardReturns(series, horizon)[500]);
    expect(samples.labels[2]).toBe(-1);
    expect([...samples.labelEnds]).toEqual([series.ts[16], series.ts[506], NaN]);
  });

  test('is unchanged by bars before the warm-up', () => {
    fc.assert(
      fc.property(fc.nat(350), fc.nat(100), (dropped, from) => {
        const span = spanOf(series, 700 + from, 780 + from, 790 + from);

        const samples = trainingSamples(sliceBars(series, dropped, 900), span);

        expect(samples).toEqual(trainingSamples(series, span));
      }),
      { seed: 3, numRuns: 25 },
    );
  });

  test('is unchanged by bars after the decision day', () => {
    fc.assert(
      fc.property(windows, fc.nat(100), (span, kept) => {
        const end = series.ts.findIndex((ts) => ts >= span.decisionEndTs) + kept;

        const samples = trainingSamples(sliceBars(series, 0, Math.min(end, 900)), span);

        expect(samples).toEqual(trainingSamples(series, span));
      }),
      { seed: 4, numRuns: 25 },
    );
  });
});
