import { describe, expect, test } from 'vitest';
import { bars } from '../domain/market/bars.fixture.ts';
import { keptBars } from './kept-bars.ts';

const three = bars({ close: [1, 2, 3] });

describe('keptBars', () => {
  test('forgets what was not used for longest, once there are too many bars', () => {
    const kept = keptBars(6);
    kept.set('a', three);
    kept.set('b', three);
    kept.get('a');

    kept.set('c', three);

    expect(['a', 'b', 'c'].map((name) => kept.get(name) !== undefined)).toEqual([
      true,
      false,
      true,
    ]);
  });

  test('counts a name that is set again once', () => {
    const kept = keptBars(6);

    for (const name of ['a', 'a', 'a', 'b']) kept.set(name, three);

    expect(kept.get('a')).toBe(three);
  });

  test('keeps nothing that is too large by itself', () => {
    const kept = keptBars(2);

    kept.set('a', three);

    expect(kept.get('a')).toBeUndefined();
  });
});
