import { describe, expect, test } from 'vitest';
import { day } from './actions.fixture.ts';
import { bars as barsOf } from '../bars/bars.fixture.ts';
import { knownRatios, median, suspects, wideGaps, type Gap } from './detector.ts';
import { marketMove } from './market-move.ts';

const gapOf = (gap: number, volumeRatio?: number): Gap => ({
  day: day('2024-01-04'),
  before: day('2024-01-03'),
  close: 100,
  open: 100 * gap,
  gap,
  ...(volumeRatio === undefined ? {} : { volumeRatio }),
});
const still = (): number => 1;

describe('wideGaps', () => {
  test('are openings more than 10 % from the close before, with the volume since', () => {
    const bars = barsOf({
      close: [100, 100, 50, 51, 51, 60],
      open: [100, 95, 50, 50, 51, 57],
      volume: [10, 10, 30, 30, 10, 10],
    });

    const gaps = wideGaps(bars);

    expect(gaps).toMatchObject([
      { day: '2024-01-03', before: '2024-01-02', close: 100, open: 50, gap: 0.5, volumeRatio: 2 },
      { day: '2024-01-08', before: '2024-01-05', close: 51, open: 57, gap: 57 / 51 },
    ]);
  });

  test('say nothing of volume where none was traded', () => {
    const [gap] = wideGaps(barsOf({ close: [100, 50], open: [100, 50], volume: [0, 10] }));

    expect(gap.volumeRatio).toBeUndefined();
  });
});

describe('suspects', () => {
  test.each(knownRatios)('finds a gap within 3 % of $words', ({ factor }) => {
    for (const off of [0.975, 1, 1.025]) {
      const [found] = suspects([gapOf(factor * off)], still);
      expect(found).toMatchObject({ looksLike: 'action', market: 1 });
      expect(Math.abs(found.gap / found.ratio - 1)).toBeLessThanOrEqual(0.03);
    }
  });

  test('finds a split on a day when the market falls, by what is left of the gap', () => {
    const [found] = suspects([gapOf(0.5 * 0.94)], () => 0.94);

    expect(found).toMatchObject({ ratio: 0.5, market: 0.94, looksLike: 'action' });
  });

  test.each([
    ['a crash that opens like a bonus of 1:5 (March 2020)', 0.84, 0.908],
    ['a name that falls twice as far as the market', 0.815, 0.908],
    ['a lower circuit of 10 %', 0.9, 1],
    ['a fall of 13 % that is near no ratio', 0.87, 1],
    ['a rise of 19 %', 1.19, 1],
  ])('passes over %s', (_, gap, market) => {
    expect(suspects([gapOf(gap)], () => market)).toEqual([]);
  });

  test.each([
    ['a fall of 30 % near no ratio', 0.7, 1],
    ['a rise of 71 %', 1.71, 1],
    ['a rise of 15 % while the market falls by 8 %', 1.15, 0.92],
  ])('cannot explain %s', (_, gap, market) => {
    expect(suspects([gapOf(gap)], () => market)).toMatchObject([{ looksLike: 'unexplained', gap }]);
  });

  test('proposes what the market may explain where nobody knows the market', () => {
    expect(suspects([gapOf(0.84)], () => undefined)).toMatchObject([{ market: 1, ratio: 5 / 6 }]);
  });

  test.each([
    [undefined, false],
    [0.8, false],
    [1.5, true],
  ])('hears volume of %s times the usual as support: %s, and never as a veto', (ratio, heard) => {
    expect(suspects([gapOf(0.5, ratio)], still)).toMatchObject([
      { looksLike: 'action', volumeSupports: heard },
    ]);
  });
});

describe('marketMove', () => {
  const [monday, tuesday] = [day('2024-01-01'), day('2024-01-02')];
  const named = (symbol: string, open: number) =>
    barsOf({ symbol, close: [100, open], open: [100, open] });
  const names = [0.5, 0.9, 0.92, 0.94, 0.96, 0.98].map((open, i) => named(`N${i}`, 100 * open));

  test('is that of the index, where it has both days', () => {
    const index = named('INDEX', 97);

    expect(marketMove(index, names, 'N0')(monday, tuesday)).toBe(0.97);
    expect(marketMove(index, names, 'N0')(monday, day('2024-01-03'))).toBeUndefined();
  });

  test('is that of the median name without an index, never of the name itself', () => {
    expect(marketMove(undefined, names, 'N0')(monday, tuesday)).toBe(0.94);
    expect(marketMove(undefined, names.slice(0, 5), 'N0')(monday, tuesday)).toBeUndefined();
  });
});

describe('median', () => {
  test('is the middle, or the mean of the two', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });
});
