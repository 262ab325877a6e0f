import { describe, expect, test } from 'vitest';
import { bars } from './bars/bars.fixture.ts';
import { bandHit, medianTurnover } from './tradability.ts';

describe('medianTurnover', () => {
  test('is the median of close times volume of the last 21 bars', () => {
    const close = [9_999, ...Array.from({ length: 21 }, (_, i) => i + 1)];

    expect(medianTurnover(bars({ close }))).toBe(11_000);
  });

  test('lies between the middle two of an even number', () => {
    expect(medianTurnover(bars({ close: [10, 20], volume: [5, 5] }))).toBe(75);
  });
});

describe('bandHit', () => {
  const day = (close: number, high = close, low = Math.min(close, 99)) =>
    bars({ close: [100, close], open: [100, 99], high: [100, high], low: [100, low] });

  test.each([
    ['a close at the high, five percent up', day(105), 'upper'],
    ['a close at the low, ten percent down', day(90, 99, 90), 'lower'],
    ['a day at one price', bars({ close: [100, 103], open: [100, 103] }), 'upper'],
  ] as const)('is seen in %s', (_, traded, side) => {
    expect(bandHit(traded, 'cash')).toMatchObject({ side });
  });

  test.each([
    ['came back from its high', day(105, 106)],
    ['moved by another share than a band', day(104)],
    ['stayed where it was', day(100)],
    ['has no bar before', bars({ close: [100] })],
  ])('is not seen where a price %s', (_, traded) => {
    expect(bandHit(traded, 'cash')).toBeUndefined();
  });

  test('is not seen of a stock with derivatives, unless it stood still all day', () => {
    expect(bandHit(day(105), 'derivatives')).toBeUndefined();
    expect(bandHit(bars({ close: [100, 103], open: [100, 103] }), 'derivatives')).toBeDefined();
  });
});
