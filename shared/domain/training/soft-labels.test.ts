import { describe, expect, test } from 'vitest';
import { seededChance } from '../samples/random-walk.fixture.ts';
import { mixedTargets, softEvidence } from './soft-labels.ts';

/** n labels by chance, and opinions whose logits lean to the label by `skill`. */
function opinions(n: number, skill: number): { labels: Int8Array; soft: Float64Array } {
  const chance = seededChance(7);
  const labels = Int8Array.from({ length: n }, () => Number(chance.uniform() < 0.5));
  const soft = Float64Array.from(labels, (label) => {
    const score = skill * (2 * label - 1) + 0.3 * chance.normal();
    return 1 / (1 + Math.exp(-score));
  });
  return { labels, soft };
}

describe('softEvidence', () => {
  test('informs where opinions beat the constant and rank above chance', () => {
    const { labels, soft } = opinions(500, 0.3);

    const evidence = softEvidence(labels, soft, 5);

    expect(evidence.informs).toBe(true);
    expect(evidence.logLoss).toBeLessThan(evidence.constantLogLoss);
    expect(evidence.auc).toBeGreaterThan(evidence.aucLow);
    expect(evidence).toMatchObject({ rows: 500, labels: 100 });
  });

  test.each([
    ['inverted', -0.3, 500],
    ['of chance', 0, 500],
    ['too few to tell', 0.1, 30],
  ])('does not inform where opinions are %s', (_, skill, n) => {
    const { labels, soft } = opinions(n, skill);

    expect(softEvidence(labels, soft, 5).informs).toBe(false);
  });

  test('does not inform where opinions rank well but are surer than they may be', () => {
    const { labels, soft } = opinions(500, 0.3);
    const sure = soft.map((p) => (p > 0.5 ? 1 - 1e-9 : 1e-9));

    const evidence = softEvidence(labels, sure, 5);

    expect(evidence.aucLow).toBeGreaterThan(0.5);
    expect(evidence.informs).toBe(false);
  });

  test('counts one label in a horizon: the longer it is, the wider the bound', () => {
    const { labels, soft } = opinions(300, 0.1);

    const bounds = [1, 5, 20].map((horizon) => softEvidence(labels, soft, horizon).aucLow);

    expect(bounds).toEqual(bounds.toSorted((a, b) => b - a));
    expect(bounds[0] - bounds[2]).toBeGreaterThan(0.05);
  });

  test('judges the rows that have an opinion, and only them', () => {
    const { labels, soft } = opinions(400, 0.3);
    const late = soft.map((p, row) => (row < 160 ? NaN : p));

    const evidence = softEvidence(labels, late, 5);

    expect(evidence).toEqual(softEvidence(labels.slice(160), soft.slice(160), 5));
    expect(evidence.rows).toBe(240);
  });

  test('does not inform where labels are of one class', () => {
    const evidence = softEvidence(new Int8Array(100).fill(1), new Float64Array(100).fill(0.9), 5);

    expect(evidence.informs).toBe(false);
    expect(evidence.auc).toBeNaN();
  });
});

describe('mixedTargets', () => {
  const labels = Int8Array.of(1, 0, 1, 0, 1);
  const soft = Float64Array.of(0.8, 0.8, NaN, 0, 1);

  test.each([
    [{ share: 0, temperature: 1 }, [1, 0, 1, 0, 1]],
    [{ share: 1, temperature: 1 }, [0.8, 0.8, 1, 0, 1]],
    [{ share: 0.5, temperature: 1 }, [0.9, 0.4, 1, 0, 1]],
    // Odds of 4 are odds of 2 at temperature 2.
    [{ share: 1, temperature: 2 }, [2 / 3, 2 / 3, 1, 0, 1]],
  ])('by %o', (mix, expected) => {
    expect(mixedTargets(labels, soft, mix)).toEqual(Float32Array.from(expected));
  });
});
