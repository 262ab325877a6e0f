import { describe, expect, test } from 'vitest';
import { panelFrom } from './statistics.fixture.ts';
import { dailyEqualWeight, dailyTopTenth } from './top-tenth.ts';

const twenty = Array.from({ length: 20 }, (_, symbol) => symbol / 1000);
const panel = panelFrom([twenty]);

describe('dailyTopTenth', () => {
  test('is what the best two of twenty by score return beyond the mean', () => {
    const scores = Float64Array.from(twenty, (_, symbol) =>
      symbol === 19 || symbol === 9 ? 1 : 0,
    );

    expect(dailyTopTenth(panel, scores)[0]).toBeCloseTo((0.019 + 0.009) / 2 - 0.0095, 12);
  });

  test('shares the places that are left among symbols of one score', () => {
    const scores = Float64Array.from(twenty, (_, symbol) =>
      symbol === 0 ? 2 : symbol > 15 ? 1 : 0,
    );

    const others = (0.016 + 0.017 + 0.018 + 0.019) / 4;
    expect(dailyTopTenth(panel, scores)[0]).toBeCloseTo((0 + others) / 2 - 0.0095, 12);
  });

  test('is nothing for equal weight, and unknown of four symbols', () => {
    expect(dailyTopTenth(panel, new Float64Array(20))[0]).toBeCloseTo(0, 12);
    expect(dailyTopTenth(panelFrom([[1, 2, 3, 4]]), Float64Array.of(1, 2, 3, 4))[0]).toBeNaN();
  });
});

describe('dailyEqualWeight', () => {
  test('is the mean return of a session', () => {
    expect(dailyEqualWeight(panel)[0]).toBeCloseTo(0.0095, 12);
  });
});
