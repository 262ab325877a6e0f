import { describe, expect, test } from 'vitest';
import { endedStages } from './ended.ts';
import type { Stage } from './outcome.ts';
import type { DoneStage, FailedWindow, PageRecord } from './run.ts';

const done = (window: string, stage: Stage): DoneStage => [window, stage, 'trained', 'cpu0', 1, []];
const failed = (window: string, stage: Stage, message = 'it broke'): FailedWindow => {
  return { window, stage, class: 'DataError', message, dispatches: [] };
};
const record = (page: number, part: number, of: Partial<PageRecord>): PageRecord => {
  return { runId: 'r', root: '0', page, part, devices: {}, done: [], failed: [], ...of };
};

describe('endedStages', () => {
  test('forgets a failure that a later page made good, and keeps it as overcome', () => {
    const first = failed('A', 'teacher');

    const ended = endedStages([
      record(10, 1, { done: [done('A', 'teacher'), done('A', 'student')] }),
      record(2, 1, { failed: [first] }),
    ]);

    expect(ended.failed).toEqual([]);
    expect(ended.overcome).toEqual([first]);
    expect(ended.done).toHaveLength(2);
  });

  test('lets the last failure of a window stand, whatever stage failed before', () => {
    const [first, second] = [failed('A', 'teacher'), failed('A', 'student', 'again')];

    const ended = endedStages([
      record(1, 1, { failed: [first] }),
      record(3, 1, { done: [done('A', 'teacher')], failed: [second] }),
    ]);

    expect(ended.failed).toEqual([second]);
    expect(ended.overcome).toEqual([first]);
  });

  test('leaves what one page recorded twice, for whoever counts', () => {
    const twice = [failed('A', 'teacher'), failed('A', 'teacher')];

    expect(endedStages([record(1, 1, { failed: twice })]).failed).toEqual(twice);
    expect(
      endedStages([record(1, 1, { done: [done('A', 'teacher')], failed: [twice[0]] })]).failed,
    ).toEqual([twice[0]]);
  });
});
