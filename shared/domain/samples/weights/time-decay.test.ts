import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { timeDecayWeights } from './time-decay.ts';

const { ts } = randomWalk(21, 1);

describe('timeDecayWeights', () => {
  test('halve every so many sessions, weekends not counted', () => {
    const weights = timeDecayWeights(ts, 10);

    expect(weights[10] / weights[20]).toBeCloseTo(0.5, 12);
    expect(weights[0] / weights[20]).toBeCloseTo(0.25, 12);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(21, 12);
  });

  test('are the same for all rows of a session, however many there are', () => {
    const rows = Float64Array.from([...ts, ...ts.subarray(20), ...ts.subarray(0, 1)]);

    const weights = timeDecayWeights(rows, 10);

    expect(weights[21]).toBe(weights[20]);
    expect(weights[22]).toBe(weights[0]);
    expect(weights[10] / weights[20]).toBeCloseTo(0.5, 12);
  });

  test.each([0, -1, NaN, Infinity])('refuse a half-life of %s', (halfLife) => {
    expect(() => timeDecayWeights(ts, halfLife)).toThrow(InputError);
  });
});
