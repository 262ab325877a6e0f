import { describe, expect, test } from 'vitest';
import { keptLately } from './kept-lately.ts';

const three = [1, 2, 3];
const keptValues = (maximum: number) =>
  keptLately<readonly number[]>(maximum, (values) => values.length);

describe('keptLately', () => {
  test('forgets what was not used for longest, once there are too many values', () => {
    const kept = keptValues(6);
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
    const kept = keptValues(6);

    for (const name of ['a', 'a', 'a', 'b']) kept.set(name, three);

    expect(kept.get('a')).toBe(three);
  });

  test('keeps nothing that is too large by itself', () => {
    const kept = keptValues(2);

    kept.set('a', three);

    expect(kept.get('a')).toBeUndefined();
  });
});
