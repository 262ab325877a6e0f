import { describe, expect, test } from 'vitest';
import { seededChance } from '../../samples/random-walk.fixture.ts';
import { areaUnderCurve } from '../metrics.ts';
import { aucDifference, clusteredAuc, type ClusteredRows } from './clustered-auc.ts';

/** Clusters of `size` rows whose probabilities share a part; labels are coins, or lean on it. */
function drawn(seed: number, lean: number, clusters = 60, size = 20): ClusteredRows {
  const chance = seededChance(seed);
  const rows = Array.from({ length: clusters }, (_, cluster) => {
    const [shared, fate] = [chance.normal(), chance.normal()];
    return Array.from({ length: size }, () => {
      const p = shared + chance.normal();
      return { cluster, p, label: Number(lean * p + fate + chance.normal() > 0) };
    });
  }).flat();
  return {
    cluster: Int32Array.from(rows, (row) => row.cluster),
    labels: Int8Array.from(rows, (row) => row.label),
    probabilities: Float64Array.from(rows, (row) => row.p),
  };
}

function withoutCluster(rows: ClusteredRows, left: number): number {
  const kept = rows.labels.map((label, row) => (rows.cluster[row] === left ? -1 : label));
  return areaUnderCurve(kept, rows.probabilities);
}

describe('clusteredAuc', () => {
  test('is the AUC of all rows, unknown ones left out', () => {
    const rows = {
      cluster: Int32Array.of(1, 1, 2, 2, 3, 3),
      labels: Int8Array.of(1, 0, 1, 0, -1, 1),
      probabilities: Float64Array.of(0.9, 0.2, 0.4, 0.4, 0.9, NaN),
    };

    const found = clusteredAuc(rows);

    expect(found.auc).toBe(3.5 / 4);
    expect(found.rows).toBe(4);
    expect([...found.influence.values()].reduce((a, b) => a + b)).toBeCloseTo(0, 12);
  });

  test('errs as leaving out one cluster at a time says', () => {
    const rows = drawn(1, 0.5);
    const left = Array.from({ length: 60 }, (_, cluster) => withoutCluster(rows, cluster));
    const mean = left.reduce((a, b) => a + b) / 60;
    const jackknife = Math.sqrt(left.reduce((sum, auc) => sum + (auc - mean) ** 2, 0) * (59 / 60));

    expect(clusteredAuc(rows).standardError / jackknife).toBeCloseTo(1, 1);
  });

  test('covers one half as often as it says, where rows of a cluster share their fate', () => {
    const scores = Array.from({ length: 300 }, (_, seed) => {
      const { auc, standardError } = clusteredAuc(drawn(100 + seed, 0));
      return (auc - 0.5) / standardError;
    });

    const outside = scores.filter((z) => Math.abs(z) > 1.96).length;
    // 5 % of 300, give or take three errors.
    expect(outside).toBeGreaterThan(3);
    expect(outside).toBeLessThan(27);
  });

  test('says nothing of a single class', () => {
    const rows = drawn(1, 0);

    expect(clusteredAuc({ ...rows, labels: rows.labels.fill(1) }).auc).toBeNaN();
  });
});

describe('aucDifference', () => {
  test('is paired: the same rows differ by nothing, and nearly the same by little', () => {
    const a = drawn(2, 0.5);
    const b = { ...a, probabilities: a.probabilities.map((p, i) => p + 0.01 * (i % 3)) };
    const [ofA, ofB] = [a, b].map(clusteredAuc);

    expect(aucDifference(ofA, ofA)).toEqual({ difference: 0, standardError: 0 });
    expect(aucDifference(ofA, ofB).difference).toBeCloseTo(ofB.auc - ofA.auc, 15);
    expect(aucDifference(ofA, ofB).standardError).toBeLessThan(ofA.standardError / 5);
  });
});
