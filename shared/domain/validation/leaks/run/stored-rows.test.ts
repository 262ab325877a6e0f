import { describe, expect, test } from 'vitest';
import { purgeCounts, rowCounts, type StoredRows } from './stored-rows.ts';

/** Ten sessions of one row, whose labels end three sessions on; two folds test two sessions each. */
const ts = Float64Array.from({ length: 10 }, (_, session) => session);
const stored: StoredRows = {
  span: { fromTs: 0, decisionEndTs: 13, evaluateFromTs: 12, evaluateToTs: 15 },
  foldScheme: 'forward',
  training: {
    ts,
    labelEnd: ts.map((session) => session + 3),
    probability: ts.map((session) => (session < 6 ? NaN : 0.5)),
  },
  // Before session 6 labels of 0 to 3 are over, before 8 those of 0 to 5.
  folds: [
    { trainRows: 4, testRows: 2 },
    { trainRows: 6, testRows: 2 },
  ],
  judged: Float64Array.of(12, 13, 14),
};
const sound = { late: 0, outside: 0, judgedTrained: 0, judgedOutside: 0 };

function withTraining(change: Partial<StoredRows['training']>): StoredRows {
  return { ...stored, training: { ...stored.training, ...change } };
}

describe('rowCounts', () => {
  test('finds nothing in rows that were known', () => {
    expect(rowCounts(stored)).toEqual({ trained: 10, judged: 3, ...sound });
  });

  test('counts labels that end after the decision, or never', () => {
    const labelEnd = stored.training.labelEnd.with(0, NaN).with(9, 13);

    expect(rowCounts(withTraining({ labelEnd }))).toMatchObject({ ...sound, late: 2 });
  });

  test('counts rows outside of the window, of the span, and of sessions that did both', () => {
    const span = { ...stored.span, fromTs: 2 };
    const judged = Float64Array.of(9, 12, 15);

    expect(rowCounts({ ...stored, span, judged })).toMatchObject({
      late: 0,
      outside: 2,
      judgedTrained: 1,
      judgedOutside: 2,
    });
  });
});

describe('purgeCounts', () => {
  test('finds folds that learnt what was over, and how much was left out', () => {
    expect(purgeCounts(stored)).toEqual({ learnt: 10, overlapping: 0, purged: 4, misplaced: 0 });
  });

  test('counts rows that folds learnt beyond what was over', () => {
    const folds = [
      { trainRows: 6, testRows: 2 },
      { trainRows: 7, testRows: 2 },
    ];

    expect(purgeCounts({ ...stored, folds })).toMatchObject({ overlapping: 3 });
  });

  test('counts opinions of rows that no fold tests, and tested rows without one', () => {
    const probability = stored.training.probability.with(0, 0.5).with(9, NaN);

    expect(purgeCounts(withTraining({ probability }))).toMatchObject({ misplaced: 2 });
  });

  test('lets blocks learn from both sides, once the last label that they test is over', () => {
    const folds = [
      { trainRows: 5, testRows: 5 },
      { trainRows: 3, testRows: 5 },
    ];
    const blocks = { ...stored, foldScheme: 'blocks', folds } as const;

    // Labels of sessions 0 to 4 end by 7, so that 7 to 9 may teach the first; 0 to 2 the second.
    expect(purgeCounts(blocks)).toMatchObject({ learnt: 8, overlapping: 2 });
  });
});
