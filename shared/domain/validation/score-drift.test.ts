import { describe, expect, test } from 'vitest';
import { madeMarket } from './market.fixture.ts';
import { scoreDrift } from './score-drift.ts';

const market = madeMarket(1, 21 * 12 + 5, 10);
const { panel } = market;
const scores = market.scores(0, 1);

describe('scoreDrift', () => {
  test('finds nothing unusual in a month like all others', () => {
    const drift = scoreDrift(panel, scores);

    expect(drift?.stretches).toBe(10);
    expect(drift?.stability.newest).toBeLessThan(1.5 * (drift?.stability.usual ?? NaN));
    expect(drift?.smirnov.newest).toBeLessThan(1.5 * (drift?.smirnov.usual ?? NaN));
  });

  test('finds a month whose scores moved up', () => {
    const moved = scores.map((score, row) => score + 2 * Number(panel.session[row] >= 21 * 11 + 5));

    const drift = scoreDrift(panel, moved);

    expect(drift?.stability.newest).toBeGreaterThan(2 * (drift?.stability.usual ?? NaN));
    expect(drift?.smirnov.newest).toBeGreaterThan(2 * (drift?.smirnov.usual ?? NaN));
  });

  test('takes for usual what was usual before', () => {
    const restless = scores.map((score, row) => score + 2 * Math.sin(panel.session[row] / 21));

    const drift = scoreDrift(panel, restless);

    expect(drift?.stability.newest).toBeLessThan(drift?.stability.usual ?? NaN);
    expect(drift?.stability.usual).toBeGreaterThan(0.25);
  });

  test('says nothing of fewer than ten months', () => {
    const short = madeMarket(1, 209, 5);

    expect(scoreDrift(short.panel, short.truth)).toBeUndefined();
  });
});
