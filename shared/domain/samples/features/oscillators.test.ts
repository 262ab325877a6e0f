import { expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { goldenBars, goldenColumn } from '../indicators/ta-lib.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { rsi14 } from './oscillators.ts';

featureContract(rsi14, 'prices');

test('rsi14 is TA-Lib’s RSI as a fraction', () => {
  const values = rsi14.compute({ ...randomWalk(400, 1), ...goldenBars('walk') });

  expect(values[399]).toBeCloseTo(goldenColumn('walk', 'rsi14')[399] / 100, 12);
});
