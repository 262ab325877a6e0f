import { describe, expect, test } from 'vitest';
import type { SkipReason } from './outcome.ts';
import { planCounts } from './plan-counts.ts';
import type { Decision, PlannedWindow } from './plan.ts';
import type { TradingDay } from './time.ts';

function window(decision: Decision, reason?: SkipReason): PlannedWindow {
  const from = '2022-01-01' as TradingDay;
  const to = '2022-06-30' as TradingDay;
  return {
    window: `TCS/1d/${from}..${to}`,
    symbol: 'TCS',
    interval: '1d',
    from,
    to,
    effectiveFrom: from,
    effectiveTo: to,
    engine: 'cpu',
    decision,
    ...(reason === undefined ? {} : { reason }),
  };
}

describe('planCounts', () => {
  test('counts nothing of an empty plan', () => {
    expect(planCounts([])).toEqual({ windows: 0, train: 0, reuse: 0, skip: {} });
  });

  test('counts every window once, the skipped ones by reason', () => {
    const windows = [
      window('train'),
      window('skip', 'no-bars'),
      window('reuse'),
      window('train'),
      window('skip', 'not-due'),
      window('skip', 'no-bars'),
    ];

    expect(planCounts(windows)).toEqual({
      windows: 6,
      train: 2,
      reuse: 1,
      skip: { 'no-bars': 2, 'not-due': 1 },
    });
  });
});
