import { describe, expect, test } from 'vitest';
import { featureContract } from '../../features.fixture.ts';
import { barsAt100 } from './levels.fixture.ts';
import { listedAge } from './listing.ts';

featureContract(listedAge, { of: 'prices', flat: 1 });

describe('listedAge', () => {
  const bars = barsAt100(3);
  const dayMs = 86_400_000;

  test('counts days of the first year, whatever bars there are', () => {
    const listedTs = bars.ts[0] - 73 * dayMs;

    expect(listedAge.compute({ bars, listedTs })[0]).toBe(0.2);
    expect(listedAge.compute({ bars, listedTs: listedTs - 1000 * dayMs })[0]).toBe(1);
  });

  test('is missing where the listing is unknown', () => {
    expect(listedAge.compute({ bars })).toEqual(new Float64Array(3).fill(NaN));
  });
});
