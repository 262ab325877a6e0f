import { describe, expect, test } from 'vitest';
import type { EpochMs, TradingDay } from '../shared/contracts/time.ts';
import type { ComparedSeries } from '../shared/runtime/reference/reconciled.ts';
import { reconcileText } from './reconcile-text.ts';

const stretch = {
  from: '2020-01-01' as TradingDay,
  to: '2021-05-01' as TradingDay,
  bars: 332,
  slope: 1,
  intercept: 0,
  largestResidual: 0,
};
const agrees: ComparedSeries = {
  reference: 'csv-raw',
  other: 'csv-vendor',
  segments: { reference: [], other: [] },
  actions: [],
  compared: 332,
  onlyReference: 0,
  onlyOther: 0,
  differing: 0,
  expectedSlope: 1,
  stretches: [stretch],
  strange: 0,
  findings: [],
  passes: true,
};
const fails: ComparedSeries = {
  ...agrees,
  differing: 332,
  largest: {
    day: '2020-03-24' as TradingDay,
    column: 'low',
    reference: 60.2,
    other: 18.2,
    share: 0.698,
  },
  stretches: [
    { ...stretch, intercept: -42 },
    { ...stretch, from: '2021-02-01' as TradingDay },
  ],
  findings: ['subtractive', 'jump'],
  passes: false,
};

describe('reconcileText', () => {
  test('has those that fail first, with the money taken off', () => {
    const pair = (symbol: string, compared: ComparedSeries) => ({
      schema: 1 as const,
      symbol,
      interval: '1d' as const,
      at: 0 as EpochMs,
      compared: [compared],
    });

    const text = reconcileText({
      interval: '1d',
      symbols: [pair('TCS', agrees), pair('VEDL', fails)],
      single: ['ABB'],
    });

    const lines = text.split('\n');
    expect(lines[1]).toMatch(/^VEDL +csv-raw +csv-vendor +332 +332 +69\.8 % /);
    expect(lines[1]).toContain('1.0000 x - 42.00; from 2021-02-01 1.0000 x + 0.00');
    expect(lines[1]).toMatch(/subtractive, jump$/);
    expect(lines[2]).toMatch(/^TCS .* agrees$/);
    expect(lines[4]).toBe(
      'interval 1d: 2 pairs compared, 1 fail and are kept out of evidence; 1 symbols have one series only',
    );
  });
});
