import { describe, expect, test } from 'vitest';
import { panelSample } from './panel-sample.ts';
import { golden, goldenPanel, panelFrom } from './statistics.fixture.ts';

describe('panelSample', () => {
  test("has numpy's mean correlation of two symbols, and the sample that it leaves", () => {
    const { size, symbols, correlation } = panelSample(goldenPanel, 5);

    expect(correlation).toBeCloseTo(golden.panel.correlation, 12);
    expect(symbols).toBe(8);
    expect(size).toBeCloseTo(((60 / 5) * 8) / (1 + 7 * golden.panel.correlation), 10);
  });

  test('takes symbols that move as one for a single one', () => {
    const market = Array.from({ length: 30 }, (_, session) => Math.sin(session));

    const { size } = panelSample(panelFrom(market.map((move) => [move, move, move])), 1);

    expect(size).toBeCloseTo(30, 10);
  });

  test('makes no more of symbols that move against each other than of independent ones', () => {
    const market = Array.from({ length: 30 }, (_, session) => Math.sin(session));

    const { size } = panelSample(panelFrom(market.map((move) => [move, -move])), 1);

    expect(size).toBe(60);
  });

  test('says nothing where two symbols share one session only', () => {
    expect(panelSample(panelFrom([[1, 2]]), 1).size).toBeNaN();
  });
});
