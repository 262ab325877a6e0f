import { expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { goldenBars, goldenColumn } from '../indicators/ta-lib.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { rsi14, stochastic14 } from './oscillators.ts';

for (const feature of [rsi14, stochastic14]) featureContract(feature, { of: 'prices', flat: NaN });

test('rsi14 is TA-Lib’s RSI as a fraction', () => {
  const values = rsi14.compute({ bars: { ...randomWalk(400, 1), ...goldenBars('walk') } });

  expect(values[399]).toBeCloseTo(goldenColumn('walk', 'rsi14')[399] / 100, 12);
});

test('stochastic14 is TA-Lib’s fast %K as a fraction', () => {
  const values = stochastic14.compute({ bars: { ...randomWalk(400, 1), ...goldenBars('walk') } });

  expect(values[399]).toBeCloseTo(goldenColumn('walk', 'fastK14')[399] / 100, 12);
});
