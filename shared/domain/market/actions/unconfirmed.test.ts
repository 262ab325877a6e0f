import { describe, expect, test } from 'vitest';
import { action, day, rawBars } from './actions.fixture.ts';
import { bars as barsOf } from '../bars/bars.fixture.ts';
import { barActions, unconfirmedDays, type ActionTable } from './unconfirmed.ts';

const traded = barsOf({ close: [100, 101, 102, 104, 103, 105, 106] });
const split = action();
const raw = rawBars(traded, split);
const table = (options: Partial<ActionTable> = {}): ActionTable => ({
  actions: [],
  moves: [],
  ...options,
});
const days = (...given: Parameters<typeof barActions>) =>
  unconfirmedDays(barActions(...given), () => 1);
const gap = { exDate: '2024-01-04', market: 1, nearestRatio: 0.2 };

describe('barActions', () => {
  test('reads raw bars with a confirmed action, which leaves no gap', () => {
    const known = table({ actions: [split, action({ symbol: 'OTHER' })] });

    expect(barActions(raw, 'raw', known)).toEqual({ applied: [split], gaps: [], doubtful: [] });
  });

  test('never adjusts bars of a vendor, nor asks about their gaps', () => {
    const known = table({ actions: [split, action({ exDate: '2024-01-05', confirmed: false })] });

    expect(barActions(raw, 'vendor', known)).toEqual({ applied: [], gaps: [], doubtful: [] });
  });

  test('does not apply an action that the bars do not show', () => {
    expect(barActions(traded, 'raw', table({ actions: [split] })).applied).toEqual([]);
  });
});

describe('unconfirmedDays', () => {
  test('has the gap of an action nobody knows', () => {
    const [found] = days(raw, 'raw', table());

    expect(found).toMatchObject(gap);
    expect(found.gap).toBeCloseTo(0.2, 2);
  });

  test('has an action of the table that nobody confirmed, shown by the bars or not', () => {
    const doubtful = table({ actions: [action({ confirmed: false })] });

    expect(days(raw, 'raw', doubtful)).toMatchObject([{ ...gap, priceFactor: 0.2 }]);
    expect(days(traded, 'raw', doubtful)).toEqual([{ exDate: '2024-01-04', priceFactor: 0.2 }]);
  });

  test('has the gap of a confirmed action in bars that may have been adjusted: they are not', () => {
    const known = table({ actions: [split] });

    expect(days(raw, 'unknown', known)).toMatchObject([gap]);
    expect(days(traded, 'unknown', known)).toEqual([]);
  });

  test('has what a wrong factor leaves over', () => {
    const half = table({ actions: [action({ priceFactor: 0.5, volumeFactor: 2 })] });

    expect(days(raw, 'raw', half)).toMatchObject([{ exDate: '2024-01-04', nearestRatio: 0.4 }]);
  });

  test('lets a person say that the price really moved', () => {
    const move = {
      symbol: 'TEST',
      day: day('2024-01-04'),
      source: 'me',
      knownAt: day('2024-02-01'),
    };
    const doubtful = table({ actions: [action({ confirmed: false })], moves: [move] });

    expect(days(raw, 'raw', doubtful)).toEqual([]);
    expect(days(raw, 'raw', table({ moves: [{ ...move, symbol: 'OTHER' }] }))).toHaveLength(1);
  });

  test('passes over dividends that nobody confirmed: they leave no jump', () => {
    const dividend = action({
      kind: 'dividend',
      priceFactor: 1,
      volumeFactor: 1,
      confirmed: false,
    });

    expect(days(traded, 'raw', table({ actions: [dividend] }))).toEqual([]);
  });
});
