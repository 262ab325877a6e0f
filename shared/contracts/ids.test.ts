import { describe, expect, test } from 'vitest';
import { batchWorkflowId, isRunName, runWorkflowId, stageWorkflowId, windowId } from './ids.ts';
import type { TradingDay } from './time.ts';

const from = '2022-01-01' as TradingDay;
const to = '2022-06-30' as TradingDay;

describe('isRunName', () => {
  test.each([
    ['2024-12-31-0badcafe', true],
    ['2024-12-31-0badcafe.2', true],
    ['M&M_first', true],
    ['a'.repeat(100), true],
    ['a'.repeat(101), false],
    ['', false],
    ['.hidden', false],
    ['..', false],
    ['-flag', false],
    ['a/b', false],
    ['a b', false],
    ['a:b', false],
    ['a\n', false],
    ['é', false],
  ])('of %j is %j', (name, expected) => {
    expect(isRunName(name)).toBe(expected);
  });
});

describe('ids', () => {
  test('read like the paths of a folder', () => {
    const window = windowId('M&M', '1d', from, to);

    expect([
      window,
      runWorkflowId('r1'),
      batchWorkflowId('r1', 2),
      stageWorkflowId('r1', window, 'teacher'),
    ]).toEqual([
      'M&M/1d/2022-01-01..2022-06-30',
      'train/r1',
      'train/r1/2',
      'train/r1/M&M/1d/2022-01-01..2022-06-30/teacher',
    ]);
  });

  test('keep to the letters and the 200 characters that ids may have', () => {
    const longest = windowId('A'.repeat(40), '1d', from, to);

    expect(stageWorkflowId('r'.repeat(100), longest, 'student')).toMatch(
      /^[A-Za-z0-9._&/-]{1,200}$/,
    );
  });
});
