import { describe, expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { goldenBars, goldenColumn } from '../indicators/ta-lib.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { adx14, direction14, macdHistogram, smaGap50 } from './trend.ts';

for (const feature of [smaGap50, macdHistogram])
  featureContract(feature, { of: 'prices', flat: 0 });
for (const feature of [adx14, direction14]) featureContract(feature, { of: 'prices', flat: NaN });

const bars = { ...randomWalk(400, 1), ...goldenBars('walk') };

describe('smaGap50', () => {
  test('is the close over its average, less 1', () => {
    const close = new Float64Array(50).fill(100);
    close[49] = 150;

    expect(smaGap50.compute({ bars: { ...bars, close } })[49]).toBeCloseTo(150 / 101 - 1, 12);
  });
});

describe('macdHistogram', () => {
  test('is TA-Lib’s histogram over the close', () => {
    const expected = goldenColumn('walk', 'macdHistogram')[399] / bars.close[399];

    expect(macdHistogram.compute({ bars })[399]).toBeCloseTo(expected, 12);
  });
});

describe('adx14', () => {
  test('is TA-Lib’s ADX as a fraction', () => {
    expect(adx14.compute({ bars })[399]).toBeCloseTo(goldenColumn('walk', 'adx14')[399] / 100, 12);
  });
});

describe('direction14', () => {
  test('is TA-Lib’s +DI less its −DI, as a fraction', () => {
    const plus = goldenColumn('walk', 'plusDi14')[399];
    const minus = goldenColumn('walk', 'minusDi14')[399];

    expect(direction14.compute({ bars })[399]).toBeCloseTo((plus - minus) / 100, 12);
  });
});
