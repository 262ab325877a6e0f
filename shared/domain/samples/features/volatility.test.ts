import { describe, expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { goldenBars, goldenColumn } from '../indicators/ta-lib.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { bollinger20, natr14, volatilityRatio } from './volatility.ts';

for (const feature of [bollinger20, volatilityRatio])
  featureContract(feature, { of: 'prices', flat: NaN });
featureContract(natr14, { of: 'prices', flat: 0 });

const bars = { ...randomWalk(400, 1), ...goldenBars('walk') };

describe('bollinger20', () => {
  test('is where the close stands in TA-Lib’s band', () => {
    const upper = goldenColumn('walk', 'bollingerUpper')[399];
    const lower = goldenColumn('walk', 'bollingerLower')[399];

    const values = bollinger20.compute({ bars });

    expect(values[399]).toBeCloseTo((bars.close[399] - lower) / (upper - lower), 10);
  });

  test('is NaN where the last 20 closes are equal', () => {
    const close = new Float64Array(400).fill(851.19);

    expect(bollinger20.compute({ bars: { ...bars, close } })[399]).toBeNaN();
  });
});

describe('natr14', () => {
  test('is TA-Lib’s ATR over the close', () => {
    const expected = goldenColumn('walk', 'atr14')[399] / bars.close[399];

    expect(natr14.compute({ bars })[399]).toBeCloseTo(expected, 12);
  });
});

describe('volatilityRatio', () => {
  test('compares the last 10 returns with the last 50', () => {
    // 40 returns of ±2, then 10 of ±1: deviations 1 and √((40 · 4 + 10) / 50), in hundredths.
    const close = new Float64Array(51).fill(100);
    for (let i = 1; i < 51; i++)
      close[i] = close[i - 1] * Math.exp((i % 2 === 0 ? 1 : -1) * (i > 40 ? 0.01 : 0.02));
    const ratio = volatilityRatio.compute({ bars: { ...randomWalk(51, 1), close } })[50];

    expect(ratio).toBeCloseTo(1 / Math.sqrt(3.4), 10);
  });
});
