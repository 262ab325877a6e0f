import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { bars } from '../../market/bars/bars.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { swingHighs, swingLows, weeksOf } from './swings.ts';

describe('swingHighs', () => {
  test('names a high from the bar on that confirms it', () => {
    expect([...swingHighs(Float64Array.of(1, 2, 5, 3, 2, 9, 1, 0), 2)]).toEqual([
      -1, -1, -1, -1, 2, 2, 2, 5,
    ]);
  });

  test('takes the first of equal highs, and none where nothing moves', () => {
    expect([...swingHighs(Float64Array.of(1, 5, 5, 1), 1)]).toEqual([-1, -1, 1, 1]);
    expect([...swingHighs(new Float64Array(4).fill(7), 1)]).toEqual([-1, -1, -1, -1]);
  });

  test.each([1, 2, 5])('never looks less than %i bars back', (reach) => {
    const swings = swingHighs(randomWalk(500, 2).high, reach);

    expect(swings.every((place, i) => place < 0 || place <= i - reach)).toBe(true);
  });
});

describe('swingLows', () => {
  test('names the lows that the mirrored prices have as highs', () => {
    const { low } = randomWalk(300, 9);

    expect(swingLows(low, 2)).toEqual(
      swingHighs(
        low.map((price) => 1000 - price),
        2,
      ),
    );
  });
});

describe('weeksOf', () => {
  test('knows a week as whole from the first bar of a later one, Monday to Sunday', () => {
    // Friday, Saturday, Sunday, Monday; then nothing until the Tuesday of the week after next.
    const days = [0, 1, 2, 3, 18].map((count) => addDays('2024-03-01' as TradingDay, count));

    const weeks = weeksOf(bars({ close: [5, 9, 4, 7, 8], open: [5, 9, 4, 7, 8], days }));

    expect(weeks).toEqual({
      high: Float64Array.of(9, 7, 8),
      low: Float64Array.of(4, 7, 8),
      completed: Int32Array.of(0, 0, 0, 1, 2),
    });
  });
});
