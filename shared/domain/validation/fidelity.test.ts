import { describe, expect, test } from 'vitest';
import { fidelity } from './fidelity.ts';

const day = 86_400_000;
/** `n` days from 2022-01-01. */
const days = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => Date.parse('2022-01-01T00:00:00+05:30') + i * day);

describe('fidelity', () => {
  test('of a student that says the same is whole', () => {
    const p = Float64Array.of(0.2, 0.6, 0.4);

    expect(fidelity(days(3), p, p)).toEqual({
      rows: 3,
      spearman: 1,
      meanDifference: 0,
      agreement: 1,
      topDecileOverlap: 1,
    });
  });

  test('measures difference, sides and ranks', () => {
    const teacher = Float64Array.of(0.1, 0.2, 0.6, 0.9);
    const student = Float64Array.of(0.4, 0.3, 0.45, 0.55);

    const found = fidelity(days(4), teacher, student);

    // |0.3| + |0.1| + |0.15| + |0.35| over four; ranks 1 2 3 4 against 2 1 3 4.
    expect(found?.meanDifference).toBeCloseTo(0.225, 12);
    expect(found?.agreement).toBe(0.75);
    expect(found?.spearman).toBeCloseTo(0.8, 12);
  });

  test('goes by order: another scale is as faithful', () => {
    const teacher = Float64Array.from({ length: 50 }, (_, i) => (i * 37) % 50);

    const found = fidelity(
      days(50),
      teacher.map((v) => v / 50),
      teacher.map((v) => v / 500),
    );

    expect(found?.spearman).toBeCloseTo(1, 12);
    expect(found?.topDecileOverlap).toBe(1);
  });

  test('compares the top tenth of each month', () => {
    // 31 rows of January and 9 of February: four and one on top.
    const teacher = Float64Array.from({ length: 40 }, (_, i) => i / 40);
    const student = teacher.map((p, i) => (i === 39 || i === 30 ? 0 : p));

    expect(fidelity(days(40), teacher, student)?.topDecileOverlap).toBe(3 / 5);
  });

  test('has no correlation with a student that says one thing only', () => {
    const found = fidelity(days(3), Float64Array.of(0.1, 0.2, 0.3), new Float64Array(3).fill(0.5));

    expect(found?.spearman).toBeNaN();
  });

  test('is nothing where there are no rows', () => {
    const none = new Float64Array();

    expect(fidelity(none, none, none)).toBeUndefined();
  });
});
