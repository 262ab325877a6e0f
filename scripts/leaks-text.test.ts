import { expect, test } from 'vitest';
import { leaksText } from './leaks-text.ts';

const held = { value: 0.501234, low: 0.49, high: 0.512, expected: 'holds 0.5', passed: true };

test('leaksText has a paragraph a control, and names those that fail', () => {
  const text = leaksText({
    draws: 200,
    passed: false,
    recipes: [
      {
        recipe: 'symbol@1',
        seconds: 78.4,
        passed: false,
        controls: [
          {
            name: 'random-walks',
            claim: 'nothing is learnt',
            passed: true,
            statistics: [{ name: 'teacher', ...held }],
          },
          {
            name: 'late-rows',
            claim: 'a late row is refused',
            passed: false,
            statistics: [
              { name: 'refused', value: 3, low: 3, high: 3, expected: 'all of 4', passed: false },
            ],
          },
        ],
      },
    ],
  });

  expect(text.split('\n')).toEqual([
    'ok     random-walks: nothing is learnt',
    '  teacher  0.5012  0.4900 to 0.5120  holds 0.5  ok',
    'FAILED late-rows: a late row is refused',
    '  refused  3    all of 4  FAILED',
    'symbol@1, 200 draws, 78 s of threads: failed: late-rows',
  ]);
});
