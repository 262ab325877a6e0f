import { describe, expect, test } from 'vitest';
import type { EligibleWindow, PlannedWindow } from './plan.ts';
import { spanCounts } from './span-counts.ts';
import { staleWindows } from './stale-windows.ts';
import type { TradingDay } from './time.ts';

/** A window by its symbol and number, trained or skipped. */
function window(
  symbol: string,
  k: number,
  parts: Partial<EligibleWindow> = {},
): PlannedWindow | EligibleWindow {
  return {
    window: `${symbol}/${k}`,
    symbol,
    decision: 'train',
    decisionDay: `2022-0${k}-01` as TradingDay,
    evaluateTo: `2022-0${k + 1}-01` as TradingDay,
    judged: { [symbol]: 20 },
    ...parts,
  } as unknown as EligibleWindow;
}
const skipped = { decision: 'skip', reason: 'low-coverage' } as unknown as EligibleWindow;
const notDue = { decision: 'skip', reason: 'not-due' } as unknown as EligibleWindow;
const all = (): boolean => true;

describe('spanCounts', () => {
  test('counts the rows of every span, by symbol and by why no model judges them', () => {
    const windows = [
      window('A', 1),
      window('A', 2, skipped),
      window('A', 3, { unread: { A: 5 } }),
      window('B', 1),
      window('B', 2, { judged: undefined, ...notDue } as never),
    ];

    const counts = spanCounts({ windows }, ({ window: name }) => name !== 'B/1');

    expect(counts).toEqual({
      rows: 80,
      noModel: 45,
      reasons: { 'low-coverage': 20, 'unconfirmed-action': 5, 'no-predictions': 20 },
      symbols: { A: { rows: 60, noModel: 25 }, B: { rows: 20, noModel: 20 } },
    });
  });

  test('counts absent members of a pool, and no pool that residual students stand on', () => {
    const pool = window('POOLED.x', 1, {
      judged: { A: 20, B: 20, C: 10 },
      absent: { B: 'no-future-bars' },
      unread: { C: 4 },
    });
    const windows = [pool, window('A', 1)];

    expect(spanCounts({ windows: [pool] }, all)).toMatchObject({
      rows: 50,
      noModel: 24,
      symbols: { A: { noModel: 0 }, B: { noModel: 20 }, C: { rows: 10, noModel: 4 } },
    });
    const poolRecipe = {} as never;
    expect(spanCounts({ windows, poolRecipe }, all)).toMatchObject({ rows: 20, noModel: 0 });
  });
});

describe('staleWindows', () => {
  test('are those before a span without a model, of the same symbol, with one of their own', () => {
    const windows = [
      window('A', 1),
      window('A', 2, skipped),
      window('A', 3, skipped),
      window('B', 1),
      window('B', 2),
      window('B', 3, notDue as never),
    ].map((one) => (one.reason === 'not-due' ? { ...one, decisionDay: undefined } : one)) as never;

    const found = staleWindows({ windows }, ({ window: name }) => name !== 'B/2');

    expect(found.map(({ of, by }) => [of, by.window, by.decisionDay, by.evaluateTo])).toEqual([
      ['A/2', 'A/1', '2022-02-01', '2022-03-01'],
      ['B/2', 'B/1', '2022-02-01', '2022-03-01'],
    ]);
  });
});
