import { describe, expect, test } from 'vitest';
import { addDays, type TradingDay } from '../../../contracts/time.ts';
import { bars } from '../../market/bars/bars.fixture.ts';
import { dayStart } from '../../market/calendar/exchange-time.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { anchoredVwap, quarterStarts, sessionStarts } from './vwap.ts';

describe('anchoredVwap', () => {
  test('is the value traded since the anchor over the shares', () => {
    const walk = randomWalk(60, 4);
    const { high, low, close, volume } = walk;
    const anchors = Int32Array.from(close, (_, i) => (i < 10 ? -1 : i < 40 ? 7 : 33));

    const prices = anchoredVwap(walk, anchors);

    anchors.forEach((anchor, i) => {
      if (anchor < 0) return expect(prices[i]).toBeNaN();
      let value = 0;
      let shares = 0;
      for (let j = anchor; j <= i; j++) {
        value += (volume[j] * (high[j] + low[j] + close[j])) / 3;
        shares += volume[j];
      }
      expect(prices[i], `bar "${i}"`).toBeCloseTo(value / shares, 9);
    });
  });

  test('has no price before anything is traded', () => {
    const idle = bars({ close: [1, 2, 3], volume: [0, 0, 4] });

    expect([...anchoredVwap(idle, Int32Array.of(0, 0, 0))].slice(0, 2)).toEqual([NaN, NaN]);
  });
});

describe('sessionStarts', () => {
  test('changes with the day at the exchange', () => {
    const midnight = dayStart('2024-03-02' as TradingDay);

    expect([...sessionStarts(Float64Array.of(midnight - 2, midnight - 1, midnight))]).toEqual([
      0, 0, 2,
    ]);
  });
});

describe('quarterStarts', () => {
  test('changes in January, April, July and October, and is unknown before the first change', () => {
    const days = Array.from({ length: 366 }, (_, i) => addDays('2024-01-01' as TradingDay, i));

    const starts = quarterStarts(Float64Array.from(days, dayStart));

    const begun = new Set(Array.from(starts, (start) => (start < 0 ? '' : days[start])));
    expect([...begun]).toEqual(['', '2024-04-01', '2024-07-01', '2024-10-01']);
  });
});
