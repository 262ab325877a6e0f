import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextFloat32 } from './float32.ts';

describe('nextFloat32', () => {
  test.each([
    [1, 1, 1 + 2 ** -23],
    [1, -1, 1 - 2 ** -24],
    [-1, 1, -1 + 2 ** -24],
    [0, 1, 2 ** -149],
    [-0, -1, -(2 ** -149)],
    [Infinity, -1, 3.4028234663852886e38],
    [Infinity, 1, Infinity],
    [-Infinity, -1, -Infinity],
  ] as const)('of %d towards %d is %d', (value, direction, next) => {
    expect(nextFloat32(value, direction)).toBe(next);
  });

  test('leaves no float32 between a value and the next', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const above = nextFloat32(value, 1);
        const middle = Math.fround(value + (above - value) / 2);

        expect(above).toBeGreaterThan(value);
        expect([value, above]).toContain(middle);
        expect(nextFloat32(above, -1) + 0).toBe(value + 0);
      }),
      { seed: 1 },
    );
  });
});
