import { describe, expect, test } from 'vitest';
import { action, rawBars } from './actions.fixture.ts';
import { actionsWithin, adjustedBars, showsAction } from './adjustment.ts';
import { barColumns, sliceBars } from '../bars/bars.ts';
import { bars as barsOf } from '../bars/bars.fixture.ts';

// 2024-01-01 to 2024-01-09, seven weekdays; the split is on the fourth.
const traded = barsOf({
  close: [100, 101, 102, 104, 103, 105, 106],
  volume: [9, 8, 7, 6, 5, 4, 3],
});
const split = action();
const demerger = action({ kind: 'demerger', priceFactor: 0.9, volumeFactor: 1 });
const raw = rawBars(traded, split);

describe('adjustedBars', () => {
  test('is what was traded, as if nobody had split', () => {
    const adjusted = adjustedBars(raw, [split]);

    for (const name of barColumns)
      adjusted[name].forEach((value, i) => expect(value).toBeCloseTo(traded[name][i], 10));
    expect(raw.close[3]).toBeCloseTo(20.8, 10);
  });

  test('changes no bar before the ex-date, to the last bit', () => {
    const adjusted = adjustedBars(raw, [split]);

    for (const name of barColumns)
      expect(adjusted[name].subarray(0, 3)).toEqual(raw[name].subarray(0, 3));
  });

  test('says of each bar what was known that day: later bars and actions change nothing', () => {
    const later = action({ exDate: '2024-01-08', priceFactor: 0.5, volumeFactor: 2 });
    const all = adjustedBars(raw, [split, later]);

    for (let n = 1; n <= raw.ts.length; n++) {
      const known = adjustedBars(sliceBars(raw, 0, n), [split, later]);
      for (const name of barColumns) expect(known[name]).toEqual(all[name].subarray(0, n));
    }
    expect(adjustedBars(raw, [split]).close.subarray(0, 5)).toEqual(all.close.subarray(0, 5));
  });

  test('takes actions in any order', () => {
    const later = action({ exDate: '2024-01-08', priceFactor: 0.5, volumeFactor: 2 });

    const twice = rawBars(traded, split, later);

    const one = adjustedBars(twice, [split, later]);
    expect(adjustedBars(twice, [later, split])).toEqual(one);
    one.close.forEach((value, i) => expect(value).toBeCloseTo(traded.close[i], 10));
  });

  test('leaves volumes alone at a demerger', () => {
    const adjusted = adjustedBars(rawBars(traded, demerger), [demerger]);

    expect(adjusted.volume).toEqual(traded.volume);
    expect(adjusted.close[6]).toBeCloseTo(106, 10);
  });

  test('is the same bars where no action lies inside them', () => {
    const before = action({ exDate: '2024-01-01' });
    const after = action({ exDate: '2024-01-10' });

    expect(adjustedBars(traded, [before, after])).toBe(traded);
  });

  test('takes an ex-date without a bar for the next bar', () => {
    const sunday = action({ exDate: '2024-01-07' });

    expect(adjustedBars(traded, [sunday]).close[4]).toBe(103);
    expect(adjustedBars(traded, [sunday]).close[5]).toBeCloseTo(525, 10);
  });

  test('puts dividends on the scale of the first bar, and leaves prices alone', () => {
    const dividend = action({ exDate: '2024-01-08', kind: 'dividend', priceFactor: 1, cash: 2 });
    const paying = { ...dividend, volumeFactor: 1 };

    const adjusted = adjustedBars(raw, [split, paying]);

    expect([...(adjusted.cash ?? [])]).toEqual([0, 0, 0, 0, 0, 10, 0]);
    expect(adjusted.close).toEqual(adjustedBars(raw, [split]).close);
    expect(sliceBars(adjusted, 5, 7).cash).toEqual(Float64Array.of(10, 0));
  });
});

describe('actionsWithin', () => {
  test.each([
    [0, 7, true],
    [2, 4, true],
    [3, 7, false],
    [0, 3, false],
  ])('rows %d to %d hold the split of row 3: %s', (start, end, expected) => {
    expect(actionsWithin([split], traded, { start, end }).length === 1).toBe(expected);
  });
});

describe('showsAction', () => {
  test.each([
    ['a split that happened', raw, split, true],
    ['a split of bars that were adjusted', traded, split, false],
    ['a split of another day', raw, action({ exDate: '2024-01-05' }), false],
    ['a demerger that happened', rawBars(traded, demerger), demerger, true],
    ['a demerger of bars that were adjusted', traded, demerger, false],
    ['a factor that is too small, of which the rest stays a gap', raw, demerger, true],
    ['an action before the first bar', traded, action({ exDate: '2023-12-01' }), true],
    ['an action after the last bar', traded, action({ exDate: '2025-01-01' }), true],
    ['an action lost in the noise', traded, action({ kind: 'rights', priceFactor: 0.99 }), true],
  ])('of %s', (_, bars, one, expected) => {
    expect(showsAction(bars, one)).toBe(expected);
  });
});
