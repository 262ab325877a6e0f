import { describe, expect, test } from 'vitest';
import { logLossStatistics } from './log-loss.ts';
import { golden, goldenRows, once } from './statistics.fixture.ts';

const sessions = once.length;

describe('logLossStatistics', () => {
  test("has scipy's likelihood of the labels and the entropy of their base rate", () => {
    const { logLoss, constant, excess } = logLossStatistics(goldenRows, sessions);

    expect(logLoss(once)).toBeCloseTo(golden.panel.logLoss, 12);
    expect(constant(once)).toBeCloseTo(golden.panel.constantLogLoss, 12);
    expect(excess(once)).toBeCloseTo(golden.panel.logLoss - golden.panel.constantLogLoss, 12);
  });

  test('has nothing in excess where every row is given the base rate', () => {
    const share = goldenRows.label.reduce((sum, label) => sum + label, 0) / goldenRows.label.length;

    const { excess } = logLossStatistics(
      { ...goldenRows, score: goldenRows.score.map(() => share) },
      sessions,
    );

    expect(excess(once)).toBeCloseTo(0, 12);
    // A resample has a base rate of its own, which the constant of all rows can only miss.
    expect(excess(once.map((_, session) => Number(session < 20)))).toBeGreaterThan(0);
  });

  test('is finite for a certainty that was wrong, and 0 for the constant of one class', () => {
    const rows = { session: Uint32Array.of(0), label: Int8Array.of(0), score: Float64Array.of(1) };

    const { logLoss, constant } = logLossStatistics(rows, 1);

    expect(logLoss(Uint32Array.of(1))).toBeCloseTo(34.54, 2);
    expect(constant(Uint32Array.of(1))).toBe(0);
  });
});
