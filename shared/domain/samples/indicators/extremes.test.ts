import { describe, expect, test } from 'vitest';
import { seededChance } from '../random-walk.fixture.ts';
import { highestAt, lowestAt } from './extremes.ts';
import { expectTaLib, goldenBars, goldenSeries } from './ta-lib.fixture.ts';

describe.each(goldenSeries)('on %s', (series) => {
  const { high, low } = goldenBars(series);

  test('highestAt finds TA-Lib’s MAX', () => {
    expectTaLib(valuesAt(high, highestAt(high, 20)), series, 'max20');
  });

  test('lowestAt finds TA-Lib’s MIN', () => {
    expectTaLib(valuesAt(low, lowestAt(low, 20)), series, 'min20');
  });
});

describe('highestAt', () => {
  test('is what a search of each window finds, the latest of equals', () => {
    const chance = seededChance(5);
    const values = Float64Array.from({ length: 300 }, () => Math.floor(chance.uniform() * 9));

    const places = highestAt(values, 7, 3);

    const searched = Array.from(values, (_, i) => {
      const window = Array.from(values.subarray(Math.max(0, i - 6), i + 1));
      return i < 2 ? -1 : Math.max(0, i - 6) + window.lastIndexOf(Math.max(...window));
    });
    expect([...places]).toEqual(searched);
  });
});

describe('lowestAt', () => {
  test('names the latest of equals, and nothing before its minimum', () => {
    expect([...lowestAt(Float64Array.of(2, 1, 1, 5, 5, 5), 3, 2)]).toEqual([-1, 1, 2, 2, 2, 5]);
  });
});

function valuesAt(values: Float64Array, places: Int32Array): Float64Array {
  return Float64Array.from(places, (place) => (place < 0 ? NaN : values[place]));
}
