import { describe, expect, test } from 'vitest';
import { areaStatistic } from './area-under-curve.ts';
import { golden, goldenRows, once } from './statistics.fixture.ts';

describe('areaStatistic', () => {
  test("is scipy's Mann-Whitney U as a share of the pairs, ties by half", () => {
    expect(areaStatistic(goldenRows)(once)).toBeCloseTo(golden.panel.area, 12);
  });

  test('counts rows as often as their session is drawn', () => {
    const weights = once.map((_, session) => session % 3);
    const repeated = [...goldenRows.session.keys()].flatMap((row) =>
      Array.from({ length: weights[goldenRows.session[row]] }, () => row),
    );

    const again = areaStatistic({
      session: Uint32Array.from(repeated, (row) => goldenRows.session[row]),
      label: Int8Array.from(repeated, (row) => goldenRows.label[row]),
      score: Float64Array.from(repeated, (row) => goldenRows.score[row]),
    });

    expect(areaStatistic(goldenRows)(weights)).toBeCloseTo(again(once), 12);
  });

  test('is one half where all scores are the same, nothing where all labels are', () => {
    const { session, label, score } = goldenRows;

    expect(areaStatistic({ session, label, score: score.map(() => 0.3) })(once)).toBe(0.5);
    expect(areaStatistic({ session, label: label.map(() => 1), score })(once)).toBeNaN();
  });
});
