import { describe, expect, test } from 'vitest';
import { areaUnderCurve, baseRate, logLoss } from './metrics.ts';

describe('logLoss', () => {
  test('is the mean negative log likelihood in nats', () => {
    const loss = logLoss(Int8Array.of(1, 0, 1), Float64Array.of(0.5, 0.2, 0.9));

    expect(loss).toBeCloseTo((Math.log(2) - Math.log(0.8) - Math.log(0.9)) / 3, 15);
  });

  test('leaves out unknown labels and missing predictions', () => {
    const loss = logLoss(Int8Array.of(-1, 1, 0), Float64Array.of(0.9, 0.5, NaN));

    expect(loss).toBeCloseTo(Math.LN2, 15);
  });

  test('bounds what one certain mistake costs', () => {
    expect(logLoss(Int8Array.of(1), Float64Array.of(0))).toBeCloseTo(34.54, 2);
    expect(logLoss(Int8Array.of(0), Float64Array.of(1))).toBeCloseTo(34.54, 2);
    expect(logLoss(Int8Array.of(1), Float64Array.of(1))).toBeCloseTo(0, 15);
  });

  test('is NaN without rows', () => {
    expect(logLoss(Int8Array.of(-1), Float64Array.of(0.5))).toBeNaN();
  });
});

describe('areaUnderCurve', () => {
  test('is 1 for a perfect order, 0 for its reverse', () => {
    const labels = Int8Array.of(0, 1, 0, 1);

    expect(areaUnderCurve(labels, Float64Array.of(0.1, 0.8, 0.2, 0.9))).toBe(1);
    expect(areaUnderCurve(labels, Float64Array.of(0.9, 0.2, 0.8, 0.1))).toBe(0);
  });

  test('counts ties by half', () => {
    const labels = Int8Array.of(0, 0, 1, 1);

    // Pairs: 0.3 beats 0.1 and ties 0.3; 0.6 beats both. 3.5 of 4.
    expect(areaUnderCurve(labels, Float64Array.of(0.1, 0.3, 0.3, 0.6))).toBe(0.875);
    expect(areaUnderCurve(labels, new Float64Array(4).fill(0.4))).toBe(0.5);
  });

  test('leaves out unknown labels and missing predictions', () => {
    const labels = Int8Array.of(-1, 0, 1, 1);

    expect(areaUnderCurve(labels, Float64Array.of(0.9, 0.2, 0.3, NaN))).toBe(1);
  });

  test('is NaN where only one class is left', () => {
    expect(areaUnderCurve(Int8Array.of(1, 1, 0), Float64Array.of(0.1, 0.2, NaN))).toBeNaN();
    expect(areaUnderCurve(Int8Array.of(0, 0), Float64Array.of(0.1, 0.2))).toBeNaN();
    expect(areaUnderCurve(new Int8Array(0), new Float64Array(0))).toBeNaN();
  });
});

describe('baseRate', () => {
  test('is the share of gains among known labels', () => {
    expect(baseRate(Int8Array.of(1, 0, 0, 1, 0, -1, -1))).toBe(0.4);
    expect(baseRate(Int8Array.of(-1))).toBeNaN();
  });
});
