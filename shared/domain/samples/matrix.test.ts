import { describe, expect, test } from 'vitest';
import { matrixRows } from './matrix.ts';

describe('matrixRows', () => {
  test('takes rows from every column, in the order asked', () => {
    const matrix = { rows: 3, features: ['a', 'b'], values: Float32Array.of(1, 2, 3, 10, 20, NaN) };

    const picked = matrixRows(matrix, Int32Array.of(2, 0));

    expect(picked).toEqual({
      rows: 2,
      features: ['a', 'b'],
      values: Float32Array.of(3, 1, NaN, 10),
    });
  });
});
