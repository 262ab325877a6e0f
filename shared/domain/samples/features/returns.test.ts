import { expect, test } from 'vitest';
import { featureContract } from '../features.fixture.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { return1, return20, return5 } from './returns.ts';

for (const feature of [return1, return5, return20])
  featureContract(feature, { of: 'prices', flat: 0 });

test('a log return spans as many bars as its name says', () => {
  const bars = { ...randomWalk(6, 1), close: Float64Array.of(1, 2, 4, 8, 16, 32) };

  expect(return1.compute({ bars })[5]).toBeCloseTo(Math.LN2, 12);
  expect(return5.compute({ bars })[5]).toBeCloseTo(5 * Math.LN2, 12);
});
