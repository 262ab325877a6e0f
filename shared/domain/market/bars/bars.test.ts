import { describe, expect, test } from 'vitest';
import { DataError } from '../../../contracts/errors.ts';
import { barFault, checkedBars, firstAtOrAfter, sliceBars } from './bars.ts';
import { bars } from './bars.fixture.ts';

describe('barFault', () => {
  test.each([
    [[10, 12, 9, 11, 5], undefined],
    [[10, 10, 10, 10, 0], undefined],
    [[Number.NaN, 12, 9, 11, 5], 'open "NaN" is not a number'],
    [[10, Infinity, 9, 11, 5], 'high "Infinity" is not a number'],
    [[10, 12, 0, 11, 5], 'low "0" is not a price above zero'],
    [[10, 9.5, 10, 10, 5], 'high "9.5" is below low "10"'],
    [[13, 12, 9, 11, 5], 'open "13" lies outside "9" to "12"'],
    [[10, 12, 9, 8, 5], 'close "8" lies outside "9" to "12"'],
    [[10, 12, 9, 11, -1], 'volume "-1" is negative'],
  ] as const)('of %j is %j', ([open, high, low, close, volume], fault) => {
    expect(barFault({ open, high, low, close, volume })).toBe(fault);
  });
});

describe('checkedBars', () => {
  test('gives sound bars back as they are', () => {
    const sound = bars({ close: [1, 2, 3] });

    expect(checkedBars(sound)).toBe(sound);
  });

  test('refuses columns of other lengths', () => {
    const short = { ...bars({ close: [1, 2] }), volume: new Float64Array(1) };

    expect(() => checkedBars(short)).toThrow('"2" times but "1" values of volume');
  });

  test.each([
    ['a time twice', [1000, 1000]],
    ['a time before the last', [1000, 999]],
    ['a time that is none', [1000, Number.NaN]],
  ])('refuses %s', (_, ts) => {
    const wrong = bars({ close: [1, 2], ts });

    expect(() => checkedBars(wrong)).toThrow(DataError);
    expect(() => checkedBars(wrong)).toThrow('does not come after the bar before it');
  });

  test('names the bar that is unsound', () => {
    const wrong = bars({ close: [1, 2], high: [1, 1.5], symbol: 'X' });

    expect(() => checkedBars(wrong)).toThrow(
      'bar "1" of "X" at "2024-01-01T18:30:00.000Z": close "2" lies outside "1" to "1.5"',
    );
  });
});

test('sliceBars gives the bars between two indices', () => {
  const all = bars({ close: [1, 2, 3] });

  const part = sliceBars(all, 1, 3);

  expect([...part.close]).toEqual([2, 3]);
  expect(part).toMatchObject({ symbol: 'TEST', interval: '1d' });
  expect([...part.ts]).toEqual([...all.ts].slice(1));
});

test.each([
  [0, 0],
  [1000, 0],
  [1001, 1],
  [3000, 2],
  [3001, 3],
])('firstAtOrAfter finds %i at index %i', (ts, index) => {
  expect(firstAtOrAfter(bars({ close: [1, 2, 3], ts: [1000, 2000, 3000] }), ts)).toBe(index);
});
