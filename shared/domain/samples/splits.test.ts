import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { forwardChainedFolds, sessionBlocks, type Fold, type FoldOptions } from './splits.ts';

/** n daily rows, numbered as their stamps, whose labels end `horizon` + 1 rows on. */
function foldsOf(n: number, horizon: number, options: FoldOptions): Fold[] {
  const ts = Float64Array.from({ length: n }, (_, row) => row);
  return forwardChainedFolds(
    ts.map((row) => row + 1 + horizon),
    ts,
    options,
  );
}

/** Rows in time with gaps, whose labels end after gaps of their own; some never do. */
const irregular = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 5 }), length: fc.nat(20) }), {
    minLength: 60,
    maxLength: 200,
  })
  .map((steps) => {
    let at = 0;
    const ts = Float64Array.from(steps, ({ gap }) => (at += gap));
    const ends = ts.map((stamp, row) =>
      steps[row].length === 20 ? NaN : stamp + steps[row].length,
    );
    return { ts, ends };
  });
const options = fc.record({
  folds: fc.integer({ min: 1, max: 5 }),
  initialShare: fc.double({ min: 0.3, max: 0.8, noNaN: true }),
});

describe('forwardChainedFolds', () => {
  test('tests on the last rows in turn and trains on what had ended before', () => {
    const folds = foldsOf(100, 5, { folds: 3, initialShare: 0.4 });

    expect(folds.map(({ testStart, testEnd }) => [testStart, testEnd])).toEqual([
      [40, 60],
      [60, 80],
      [80, 100],
    ]);
    // The label of row 34 ends at row 40's open, before row 40 is decided on at its close.
    expect(folds.map(({ train }) => [train[0], train.at(-1), train.length])).toEqual([
      [0, 34, 35],
      [0, 54, 55],
      [0, 74, 75],
    ]);
  });

  test('never trains on a test row, nor on a label that ends after the test block begins', () => {
    fc.assert(
      fc.property(irregular, options, ({ ts, ends }, chosen) => {
        for (const { train, testStart } of forwardChainedFolds(ends, ts, chosen))
          for (const row of train) {
            expect(row, 'a training row').toBeLessThan(testStart);
            expect(ends[row], `the label of row "${row}"`).toBeLessThanOrEqual(ts[testStart]);
          }
      }),
      { seed: 1 },
    );
  });

  test('trains on every earlier row that may', () => {
    fc.assert(
      fc.property(irregular, options, ({ ts, ends }, chosen) => {
        for (const { train, testStart } of forwardChainedFolds(ends, ts, chosen)) {
          const expected = [...ts.keys()].filter(
            (row) => row < testStart && ends[row] <= ts[testStart],
          );
          expect([...train]).toEqual(expected);
        }
      }),
      { seed: 2 },
    );
  });

  test('tests on each row of the last share exactly once, in blocks of equal length', () => {
    fc.assert(
      fc.property(irregular, options, ({ ts, ends }, chosen) => {
        const folds = forwardChainedFolds(ends, ts, chosen);

        const lengths = folds.map(({ testStart, testEnd }) => testEnd - testStart);
        expect(folds[0].testStart).toBe(Math.round(ts.length * chosen.initialShare));
        folds.forEach(({ testEnd }, k) =>
          expect(testEnd).toBe(folds[k + 1]?.testStart ?? ts.length),
        );
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
      }),
      { seed: 3 },
    );
  });

  test('keeps the rows of a session together, however many it has', () => {
    // Sessions of one to five rows, numbered as their stamps, whose labels end six sessions on.
    const ts = Float64Array.from(
      Array.from({ length: 100 }, (_, session) => Array(1 + (session % 5)).fill(session)).flat(),
    );

    const folds = forwardChainedFolds(
      ts.map((session) => session + 6),
      ts,
      { folds: 5, initialShare: 0.25 },
    );

    expect(folds.map(({ testStart }) => ts[testStart])).toEqual([25, 40, 55, 70, 85]);
    for (const { train, testStart, testEnd } of folds) {
      expect(ts[testStart - 1]).toBe(ts[testStart] - 1);
      expect(ts[train[train.length - 1]]).toBe(ts[testStart] - 6);
      expect(testEnd === ts.length || ts[testEnd] > ts[testEnd - 1]).toBe(true);
    }
  });

  test('refuses a fold without training rows, and says which and why', () => {
    expect(() => foldsOf(20, 10, { folds: 3, initialShare: 0.4 })).toThrow(
      'fold "1" of "3" over "20" rows has "0" rows to train on and "4" to test; ' +
        'ask for fewer folds, a shorter horizon or more rows',
    );
  });

  test('refuses a fold without test rows', () => {
    expect(() => foldsOf(5, 1, { folds: 3, initialShare: 0.8 })).toThrow(InputError);
  });

  test.each([
    { folds: 0, initialShare: 0.4 },
    { folds: 2.5, initialShare: 0.4 },
    { folds: 3, initialShare: 0 },
    { folds: 3, initialShare: 1 },
    { folds: 3, initialShare: NaN },
  ])('refuses $folds folds after $initialShare of the rows', (wrong) => {
    expect(() => foldsOf(100, 5, wrong)).toThrow(InputError);
  });
});

describe('sessionBlocks', () => {
  /** The same rows after many whose labels end at once, so that every block leaves some. */
  const crowded = irregular.map(({ ts, ends }) => {
    const first = Float64Array.from({ length: ts.length }, (_, row) => row - ts.length);
    return { ts: Float64Array.of(...first, ...ts), ends: Float64Array.of(...first, ...ends) };
  });
  /** Three rows a session, numbered as their stamps, whose labels end six sessions on. */
  const ts = Float64Array.from({ length: 300 }, (_, row) => Math.floor(row / 3));
  const ends = ts.map((session) => session + 6);

  test('test on whole sessions in turn, and train on both sides of them', () => {
    const blocks = sessionBlocks(ends, ts, 5);

    expect(blocks.map(({ testStart, testEnd }) => [testStart, testEnd])).toEqual([
      [0, 60],
      [60, 120],
      [120, 180],
      [180, 240],
      [240, 300],
    ]);
    // Sessions 20 to 39 are tested: labels of the first 15 had ended, the last test label ends at 45.
    const sessions = new Set(Array.from(blocks[1].train, (row) => ts[row]));
    expect([...sessions]).toEqual([
      ...Array.from({ length: 15 }, (_, session) => session),
      ...Array.from({ length: 55 }, (_, session) => 45 + session),
    ]);
  });

  test('no training label overlaps a test label, whatever the gaps', () => {
    fc.assert(
      fc.property(crowded, fc.integer({ min: 2, max: 4 }), (rows, count) => {
        for (const { train, testStart, testEnd } of sessionBlocks(rows.ends, rows.ts, count))
          for (const row of train)
            for (let tested = testStart; tested < testEnd; tested++)
              expect(
                rows.ends[row] <= rows.ts[tested] || !(rows.ends[tested] > rows.ts[row]),
                `row "${row}" overlaps row "${tested}"`,
              ).toBe(true);
      }),
      { seed: 3, numRuns: 50 },
    );
  });

  test.each([1, 101, 2.5])('refuses "%s" blocks of a hundred sessions', (count) => {
    expect(() => sessionBlocks(ends, ts, count)).toThrow(InputError);
  });

  test('refuses a block that leaves nothing to train on', () => {
    const never = ends.map(() => 1_000);

    expect(() => sessionBlocks(never, ts, 2)).toThrow('has no row to train on');
  });
});
