import { describe, expect, test } from 'vitest';
import { panelOf } from '../panel.ts';
import { dailyRankIc } from './rank-ic.ts';
import { golden, goldenPanel, goldenScores, panelFrom, sessionTs } from './statistics.fixture.ts';

const up = [0.01, 0.02, 0.03, 0.04, 0.05];

describe('dailyRankIc', () => {
  test("is scipy's spearmanr of every session, ties averaged", () => {
    const daily = dailyRankIc(goldenPanel, goldenScores);

    expect(daily).toHaveLength(60);
    daily.forEach((ic, session) => expect(ic).toBeCloseTo(golden.panel.rankIc[session], 12));
  });

  test('is 1 for the right order on any scale, −1 for the wrong one', () => {
    const panel = panelFrom([up, up]);

    const daily = dailyRankIc(panel, Float64Array.of(1, 2, 3, 4, 1000, -1, -2, -3, -4, -5));

    expect([...daily]).toEqual([1, -1]);
  });

  test('says nothing where four symbols are left, or all have one score', () => {
    const panel = panelFrom([up.slice(1), up, up]);

    const daily = dailyRankIc(panel, Float64Array.of(1, 2, 3, 4, 7, 7, 7, 7, 7, 1, 2, 3, 4, 5));

    expect([...daily]).toEqual([NaN, NaN, 1]);
  });

  test('ranks the symbols of each bar, and averages the bars of a session', () => {
    const hour = 3_600_000;
    const panel = panelOf({
      ts: Float64Array.from({ length: 10 }, (_, row) => sessionTs(0) + (row < 5 ? 10 : 11) * hour),
      symbol: Array.from({ length: 10 }, (_, row) => `S${row % 5}`),
      label: new Int8Array(10).fill(1),
      // The second bar's returns lie all above the first's: ranked together they would rule.
      forwardReturn: Float64Array.of(...up, ...up.map((value) => value + 1)),
    });

    const daily = dailyRankIc(panel, Float64Array.of(1, 2, 3, 4, 5, 10, 9, 8, 7, 6));

    expect(panel.days).toEqual(['2022-01-03']);
    expect([...daily]).toEqual([0]);
  });
});
