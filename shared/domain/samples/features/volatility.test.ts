import { describe, expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { goldenBars, goldenColumn } from '../indicators/ta-lib.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { bollinger20, natr14 } from './volatility.ts';

for (const feature of [bollinger20, natr14]) featureContract(feature, 'prices');

const bars = { ...randomWalk(400, 1), ...goldenBars('walk') };

describe('bollinger20', () => {
  test('is where the close stands in TA-Lib’s band', () => {
    const upper = goldenColumn('walk', 'bollingerUpper')[399];
    const lower = goldenColumn('walk', 'bollingerLower')[399];

    const values = bollinger20.compute(bars);

    expect(values[399]).toBeCloseTo((bars.close[399] - lower) / (upper - lower), 10);
  });

  test('is NaN where the last 20 closes are equal', () => {
    const close = new Float64Array(400).fill(851.19);

    expect(bollinger20.compute({ ...bars, close })[399]).toBeNaN();
  });
});

describe('natr14', () => {
  test('is TA-Lib’s ATR over the close', () => {
    const expected = goldenColumn('walk', 'atr14')[399] / bars.close[399];

    expect(natr14.compute(bars)[399]).toBeCloseTo(expected, 12);
  });
});
