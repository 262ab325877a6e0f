import { describe, expect, test } from 'vitest';
import type { SkipReason } from './outcome.ts';
import { nothingDue, planCounts } from './plan-counts.ts';
import type { EligibleWindow, PlannedStage, PlannedWindow } from './plan.ts';
import type { TradingDay } from './time.ts';

const from = '2022-01-01' as TradingDay;
const to = '2022-06-30' as TradingDay;
const planned = {
  window: `TCS/1d/${from}..${to}`,
  symbol: 'TCS',
  interval: '1d',
  from,
  to,
  effectiveFrom: from,
  effectiveTo: to,
  engine: 'cpu',
} as const;

const skipped = (reason: SkipReason): PlannedWindow => ({ ...planned, decision: 'skip', reason });

/** A window whose models stand as said. */
function eligible(teacher: boolean, student: boolean): EligibleWindow {
  const stage = (trained: boolean): PlannedStage => ({
    key: 'a'.repeat(64),
    predictionsKey: 'b'.repeat(64),
    trained,
    predicted: trained,
  });
  return {
    ...planned,
    decision: teacher && student ? 'reuse' : 'train',
    decisionDay: to,
    evaluateTo: to,
    rows: 116,
    stages: { teacher: stage(teacher), student: stage(student) },
    cost: 1,
  };
}

describe('planCounts', () => {
  test('counts nothing of an empty plan', () => {
    expect(planCounts([])).toEqual({
      windows: 0,
      train: 0,
      reuse: 0,
      skip: {},
      stages: { teacher: { train: 0, reuse: 0 }, student: { train: 0, reuse: 0 } },
    });
  });

  test('counts every window once, the skipped ones by reason, and models by stage', () => {
    const windows = [
      eligible(false, false),
      skipped('no-bars'),
      eligible(true, true),
      eligible(true, false),
      // A student stands on its teacher: both are wanted.
      eligible(false, true),
      skipped('not-due'),
      skipped('no-bars'),
    ];

    expect(planCounts(windows)).toEqual({
      windows: 7,
      train: 3,
      reuse: 1,
      skip: { 'no-bars': 2, 'not-due': 1 },
      stages: { teacher: { train: 2, reuse: 2 }, student: { train: 3, reuse: 1 } },
    });
  });
});

describe('nothingDue', () => {
  const notDue = (decisionDay: string): PlannedWindow => ({
    ...skipped('not-due'),
    detail: { decisionDay, dueUntil: to },
  });
  const plan = { asOf: '2022-12-30' as TradingDay, to };

  test('names the first window of a plan none of whose windows is due', () => {
    const windows = [notDue('2023-06-23'), notDue('2022-12-26')];

    expect(nothingDue({ ...plan, windows })).toEqual({ decisionDay: '2022-12-26', dueUntil: to });
    expect(nothingDue({ ...plan, windows, asOf: from })).toMatchObject({ dueUntil: from });
  });

  test('is silent where one is due, whatever became of it, and where there is none', () => {
    expect(nothingDue({ ...plan, windows: [notDue('2022-12-26'), skipped('no-bars')] })).toBe(
      undefined,
    );
    expect(nothingDue({ ...plan, windows: [] })).toBeUndefined();
  });
});
