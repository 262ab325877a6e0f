import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineSegments, type Points, type SegmentOptions } from './line-segments.ts';

const options: SegmentOptions = { leastBars: 10, rounding: 0.1, leastGain: 0.5 };
const wave = (i: number): number => 100 + 10 * Math.sin(i / 3);
const points = (n: number, y: (x: number, i: number) => number): Points => {
  const x = Float64Array.from({ length: n }, (_, i) => wave(i));
  return { x, y: x.map(y), each: 1 };
};

describe('lineSegments', () => {
  test('finds slope and intercept', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 2, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (slope, intercept) => {
          const [line, ...more] = lineSegments(
            points(40, (x) => slope * x + intercept),
            options,
          );

          expect(more).toEqual([]);
          expect(line.slope).toBeCloseTo(slope, 8);
          expect(line.intercept).toBeCloseTo(intercept, 6);
        },
      ),
      { seed: 1, numRuns: 50 },
    );
  });

  test('breaks where money is taken off, and again where more is', () => {
    const steps = points(120, (x, i) => x - (i < 40 ? 15 : i < 80 ? 5 : 0));

    const lines = lineSegments(steps, options);

    expect(lines.map(({ start, end }) => [start, end])).toEqual([
      [0, 40],
      [40, 80],
      [80, 120],
    ]);
    expect(lines.map(({ intercept }) => Number(intercept.toFixed(6)) + 0)).toEqual([-15, -5, 0]);
  });

  test('breaks for no single strange bar, nor for rounding', () => {
    const strange = points(60, (x, i) => (i === 30 ? x * 1.2 : x));
    const rounded = points(60, (x) => Math.round(x * 20) / 20);

    expect(lineSegments(strange, options)).toHaveLength(1);
    expect(lineSegments(rounded, options)).toHaveLength(1);
  });

  test('takes the ratio where prices stand still, and trusts no intercept', () => {
    const still: Points = {
      x: new Float64Array(20).fill(100),
      y: new Float64Array(20).fill(50),
      each: 1,
    };

    expect(lineSegments(still, options)).toMatchObject([
      { slope: 0.5, intercept: 0, interceptError: Infinity },
    ]);
  });

  test('keeps the points of a bar together', () => {
    const { x } = points(240, (value) => value);
    const y = x.map((value, i) => (Math.floor(i / 4) < 25 ? value - 8 : value));

    const lines = lineSegments({ x, y, each: 4 }, options);

    expect(lines.map(({ start, end }) => [start, end])).toEqual([
      [0, 25],
      [25, 60],
    ]);
  });
});
