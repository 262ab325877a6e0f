import { describe, expect, test } from 'vitest';
import type { Bars } from '../../market/bars/bars.ts';
import { volumeZ20 } from '../features/volume.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { defaultLevelOptions, priceLevels, type LevelColumns } from './price-levels.ts';
import { swingHighs, swingLows } from './swings.ts';
import { atr } from './true-range.ts';

/** Columns of 12 bars at 100 with swings of highs at 120, 110 and 105, one average range being 4. */
function three(close: number, scores = [1, 2, 4], options = {}): LevelColumns {
  const high = new Float64Array(12).fill(101);
  high[1] = 120;
  high[4] = 110;
  high[7] = 105;
  const volumeScores = new Float64Array(12).fill(NaN);
  [1, 4, 7].forEach((place, k) => (volumeScores[place] = scores[k]));
  const closes = new Float64Array(12).fill(100);
  closes[11] = close;
  const bars = { high, low: new Float64Array(12).fill(99), close: closes };
  const ranges = new Float64Array(12).fill(4);
  return priceLevels(bars, ranges, volumeScores, { ...defaultLevelOptions, reach: 1, ...options });
}

describe('priceLevels', () => {
  test('says nothing before the third level is confirmed', () => {
    const { above } = three(100);

    expect([...above]).toEqual([...new Float64Array(8).fill(NaN), 105, 105, 105, 105]);
  });

  test('finds the nearest level on each side of the close', () => {
    expect([three(100).above[11], three(100).below[11]]).toEqual([105, NaN]);
    expect([three(107).above[11], three(107).below[11]]).toEqual([110, 105]);
    expect([three(130).above[11], three(130).below[11]]).toEqual([NaN, 120]);
  });

  test('counts the levels within two ranges', () => {
    expect([three(100).count[11], three(107).count[11], three(90).count[11]]).toEqual([1, 2, 0]);
  });

  test('fades the weight of a touch by its age, and has none of an unknown volume', () => {
    expect(three(107).belowScore[11]).toBeCloseTo(4 * Math.exp(-3 / 126), 12);
    expect(three(107).aboveScore[11]).toBeCloseTo(2 * Math.exp(-6 / 126), 12);
    expect(three(107, [1, 2, -3]).belowScore[11]).toBe(0);
    expect(three(107, [1, 2, NaN]).belowScore[11]).toBeNaN();
  });

  test('lets a swing near a level touch it, and scores touches times weights', () => {
    // 105 and 110 lie within 1.5 ranges of 4: one level at their mean, touched twice.
    const joined = three(100, [1, 2, 4], { width: 1.5, minimum: 2 });

    expect(joined.above[11]).toBe(107.5);
    const weight = (2 * Math.exp(-3 / 126) + 4) * Math.exp(-3 / 126);
    expect(joined.aboveScore[11]).toBeCloseTo(2 * weight, 12);
  });

  test.each([
    ['upwards, a quarter of a range beyond', 106.001, 1],
    ['not yet, less than that', 105.999, 0],
    ['through two at once', 125, 1],
    ['nowhere', 100, 0],
  ])('breaks a level %s', (_, close, expected) => {
    expect(three(close).breakout[11]).toBe(expected);
  });

  test('breaks a level downwards', () => {
    const low = new Float64Array(12).fill(99);
    for (const [place, price] of [
      [1, 80],
      [4, 90],
      [7, 95],
    ])
      low[place] = price;
    const close = new Float64Array(12).fill(100);
    close[11] = 93.999;
    const bars = { high: new Float64Array(12).fill(101), low, close };
    const nothing = new Float64Array(12).fill(NaN);

    const { breakout } = priceLevels(bars, new Float64Array(12).fill(4), nothing, {
      ...defaultLevelOptions,
      reach: 1,
    });

    expect([...breakout.subarray(8)]).toEqual([0, 0, 0, -1]);
  });

  test('forgets a level a year after its last touch', () => {
    const memory = 4;

    expect([...three(100, [1, 2, 4], { memory, minimum: 1 }).above]).toEqual([
      NaN,
      NaN,
      120,
      120,
      120,
      110,
      110,
      110,
      105,
      105,
      105,
      105,
    ]);
    // 110, confirmed at bar 5, is last remembered at bar 9.
    expect(three(108, [1, 2, 4], { memory, minimum: 1 }).above[11]).toBeNaN();
  });

  test.each([1, 2, 3])(
    'finds on walk %i what a search of all swings from the start finds',
    (seed) => {
      const bars = randomWalk(700, seed);

      const found = priceLevels(bars, atr(bars, 14), volumeZ20.compute({ bars }));

      for (let t = 30; t < 700; t += 67) {
        const { above, below, aboveScore, count } = searched(bars, t);
        expect([found.above[t], found.below[t], found.count[t]]).toEqual([above, below, count]);
        if (Number.isNaN(aboveScore)) expect(found.aboveScore[t]).toBeNaN();
        else expect(found.aboveScore[t]).toBeCloseTo(aboveScore, 9);
      }
    },
  );
});

/** The definition, without anything kept from bar to bar: all swings up to `t`, one by one. */
function searched(bars: Bars, t: number) {
  const ranges = atr(bars, 14);
  const scores = volumeZ20.compute({ bars });
  const { width, memory, decay, near } = defaultLevelOptions;
  const tops = swingHighs(bars.high, 2);
  const bottoms = swingLows(bars.low, 2);
  interface Seen {
    price: number;
    touches: { at: number; score: number }[];
  }
  let levels: Seen[] = [];
  for (let i = 14; i <= t; i++) {
    levels = levels.filter(({ touches }) => i - touches[touches.length - 1].at <= memory);
    for (const [places, prices] of [
      [tops, bars.high],
      [bottoms, bars.low],
    ] as const) {
      if (places[i] === places[i - 1]) continue;
      const price = prices[places[i]];
      const touch = { at: i, score: scores[places[i]] };
      const distances = levels.map((level) => Math.abs(level.price - price));
      const nearest = levels[distances.indexOf(Math.min(...distances))];
      if (nearest && Math.abs(nearest.price - price) <= width * ranges[i]) {
        nearest.touches.push(touch);
        nearest.price += (price - nearest.price) / nearest.touches.length;
      } else levels.push({ price, touches: [touch] });
    }
  }
  if (levels.length < 3) return { above: NaN, below: NaN, aboveScore: NaN, count: NaN };
  const close = bars.close[t];
  const over = levels.filter(({ price }) => price > close).sort((a, b) => a.price - b.price)[0];
  const under = levels.filter(({ price }) => price <= close).sort((a, b) => b.price - a.price)[0];
  const known = over?.touches.filter(({ score }) => !Number.isNaN(score)) ?? [];
  const weight = known.reduce(
    (sum, { at, score }) => sum + Math.max(score, 0) * Math.exp((at - t) / decay),
    0,
  );
  return {
    above: over?.price ?? NaN,
    below: under?.price ?? NaN,
    aboveScore: known.length === 0 ? NaN : weight * over.touches.length,
    count: levels.filter(({ price }) => Math.abs(price - close) <= near * ranges[t]).length,
  };
}
