import { describe, expect, test } from 'vitest';
import { pooledRecipe, symbolRecipe } from '../../shared/domain/samples/recipes.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { eligibleWindow } from './finished-run.fixture.ts';
import { survivorsOf } from './survivors.ts';

// Its one snapshot of nifty100 is of September 2025.
const { instruments } = await readReference();

function found(decisionDay: string, recipe = pooledRecipe, universe?: string) {
  const symbol = recipe.name === 'symbol' ? 'TCS' : `POOLED.${universe ?? 'list-0123abcd'}`;
  const window = { ...eligibleWindow(symbol), decisionDay: decisionDay as TradingDay };
  return survivorsOf(instruments, {
    request: universe === undefined ? {} : { universe },
    recipe,
    asOf: '2025-10-24' as TradingDay,
    windows: [window],
  });
}

describe('survivorsOf', () => {
  test('names a universe that was written down after it was pooled', () => {
    expect(found('2025-08-29', pooledRecipe, 'nifty100')).toEqual({
      universe: 'nifty100',
      asOf: '2025-09',
      chosenBy: 'snapshot',
    });
  });

  test('names a pool of whoever somebody named or has bars of, later than its decisions', () => {
    expect(found('2025-10-23')).toEqual({
      universe: 'list-0123abcd',
      asOf: '2025-10-24',
      chosenBy: 'today',
    });
  });

  test('is silent where members were known in time, and where none are pooled', () => {
    expect(found('2025-09-01', pooledRecipe, 'nifty100')).toBeUndefined();
    expect(found('2025-10-24')).toBeUndefined();
    expect(found('2025-08-29', symbolRecipe)).toBeUndefined();
    expect(found('2025-08-29', symbolRecipe, 'nifty100')).toBeUndefined();
  });
});
