import { describe, expect, test } from 'vitest';
import { calibrationError, reliability } from './calibration-error.ts';
import { golden, goldenRows, once } from './statistics.fixture.ts';

describe('calibrationError', () => {
  test('is the mean gap of ten bins, as numpy counts it', () => {
    const statistic = calibrationError(goldenRows, once.length);

    expect(statistic(once)).toBeCloseTo(golden.panel.calibrationError, 12);
  });

  test('is 0 where what is said happens as often, 1 where its contrary always does', () => {
    const session = new Uint32Array(4);
    const score = Float64Array.of(0.25, 0.25, 0.25, 0.25);
    const of = (label: Int8Array, said = score): number =>
      calibrationError({ session, label, score: said }, 1)(Uint32Array.of(1));

    expect(of(Int8Array.of(1, 0, 0, 0))).toBe(0);
    expect(of(Int8Array.of(1, 1, 0, 0), Float64Array.of(0, 0, 1, 1))).toBe(1);
  });
});

describe('reliability', () => {
  test('has bins of equal width, the last with 1 in it, and none that are empty', () => {
    const bins = reliability({
      label: Int8Array.of(1, 0, 1, 0),
      score: Float64Array.of(1, 0.92, 0.5, 0.31),
    });

    expect(bins.map(({ from, rows, said, happened }) => [from, rows, said, happened])).toEqual([
      [0.3, 1, 0.31, 0],
      [0.5, 1, 0.5, 1],
      [0.9, 2, 0.96, 0.5],
    ]);
  });
});
