import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../shared/contracts/time.ts';
import { notDueLines } from './not-due-words.ts';

const day = (text: string): TradingDay => text as TradingDay;

describe('notDueLines', () => {
  test('say when a window will be decided that nobody can ask for as yet', () => {
    const none = { decisionDay: day('2025-06-30'), dueUntil: day('2025-03-28') };

    expect(notDueLines(none, day('2025-03-28'))).toEqual([
      'nothing is due: the first of these windows is decided at the close of 2025-06-30, and the ' +
        'request reaches to 2025-03-28; that comes after the as-of day 2025-03-28: ask again once it ' +
        'has closed, or for earlier windows with an earlier --from',
    ]);
    expect(notDueLines(undefined, day('2025-03-28'))).toEqual([]);
  });
});
