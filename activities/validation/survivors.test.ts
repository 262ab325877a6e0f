import { describe, expect, test } from 'vitest';
import { pooledRecipe, symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { readReference } from '../../shared/runtime/reference.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { eligibleWindow } from './finished-run.fixture.ts';
import { survivorsOf } from './survivors.ts';

// Its one snapshot of nifty100 is of September 2025.
const { instruments } = await readReference();

function found(decisionDay: string, recipe = pooledRecipe, universe?: string) {
  const window = { ...eligibleWindow('TCS'), decisionDay: decisionDay as TradingDay };
  return survivorsOf(instruments, {
    request: universe === undefined ? {} : { universe },
    recipe,
    windows: [window],
  });
}

describe('survivorsOf', () => {
  test('names a universe that was written down after it was pooled', () => {
    expect(found('2025-08-29', pooledRecipe, 'nifty100')).toEqual({
      universe: 'nifty100',
      asOf: '2025-09',
    });
  });

  test('is silent where members were known in time, or none were asked for', () => {
    expect(found('2025-09-01', pooledRecipe, 'nifty100')).toBeUndefined();
    expect(found('2025-08-29', pooledRecipe)).toBeUndefined();
    expect(found('2025-08-29', symbolRecipe, 'nifty100')).toBeUndefined();
  });
});
