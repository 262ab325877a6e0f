import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { Arm } from './evidence.ts';
import { commonRows, completeTable, tablesBy, type ScoredTable } from './scored-rows.ts';

function arm(name: string, ...scores: number[]): Arm {
  return { name, scores: Float64Array.from(scores), isProbability: true };
}

function table(symbols: string, returns: readonly number[], ...arms: Arm[]): ScoredTable {
  return {
    rows: {
      ts: Float64Array.from(returns, (_, row) => row),
      symbol: symbols.split(''),
      label: Int8Array.from(returns, (one) => (Number.isNaN(one) ? -1 : Number(one > 0))),
      forwardReturn: Float64Array.from(returns),
    },
    arms,
  };
}

describe('completeTable', () => {
  test('keeps the rows that have ended and that every arm has scored', () => {
    const all = table('ABCD', [1, NaN, -1, 2], arm('a', 1, 2, NaN, 4), arm('b', 5, NaN, 7, 8));

    const { rows, arms, unknown, unscored, silent } = completeTable(all);

    expect(rows.symbol).toEqual(['A', 'D']);
    expect([...rows.forwardReturn, ...rows.ts, ...rows.label]).toEqual([1, 2, 0, 3, 1, 1]);
    expect(arms.map(({ scores }) => [...scores])).toEqual([
      [1, 4],
      [5, 8],
    ]);
    expect({ unknown, unscored, silent }).toEqual({ unknown: 1, unscored: 1, silent: [] });
  });

  test('leaves out an arm without a score rather than every row', () => {
    const all = table('AB', [1, 2], arm('teacher', NaN, NaN), arm('student', 0.1, 0.2));

    const { arms, silent, unscored } = completeTable(all);

    expect([arms.map(({ name }) => name), silent, unscored]).toEqual([['student'], ['teacher'], 0]);
  });
});

describe('tablesBy', () => {
  test('splits rows and scores alike', () => {
    const all = table('ABA', [1, 2, 3], arm('a', 10, 20, 30));

    const split = tablesBy(all, (row) => all.rows.symbol[row]);

    expect([...(split.get('A')?.arms[0].scores ?? [])]).toEqual([10, 30]);
    expect([...(split.get('B')?.rows.forwardReturn ?? [])]).toEqual([2]);
  });
});

describe('commonRows', () => {
  const mine = table('ABC', [1, -1, 2], arm('student', 0.1, 0.2, 0.3), arm('teacher', 0, 0, 0));

  test('pairs rows of one symbol and time with the same return', () => {
    const theirs = table('ABX', [1, -1.5, 2], arm('student', 0.7, 0.8, 0.9));

    const common = commonRows(mine, 'student', theirs, { arm: 'student', as: 'r2' });

    expect(common.rows.symbol).toEqual(['A']);
    expect(common.arms).toEqual([arm('student', 0.1), arm('r2', 0.7)]);
    expect(common).toMatchObject({ differing: 1, sameLabels: true });
  });

  test('pairs rows whose windows scale the same bars apart', () => {
    const scaled = (100 / 3 + 1 / 30) / (100 / 3) - 1;
    expect(scaled).not.toBe(0.001);
    const theirs = table('A', [scaled], arm('student', 0.7));

    const common = commonRows(table('A', [0.001], arm('student', 0.1)), 'student', theirs, {
      arm: 'student',
      as: 'r2',
    });

    expect([common.rows.symbol, common.differing]).toEqual([['A'], 0]);
  });

  test('takes scores of other labels for no probabilities', () => {
    const theirs = table('ABC', [1, -1, 2], arm('student', 0.7, 0.8, 0.9));
    const relative = { ...theirs, rows: { ...theirs.rows, label: Int8Array.of(0, 0, 1) } };

    const common = commonRows(mine, 'student', relative, { arm: 'student', as: 'r2' });

    expect(common.sameLabels).toBe(false);
    expect(common.arms.map(({ isProbability }) => isProbability)).toEqual([true, false]);
    expect([...common.rows.label]).toEqual([1, 0, 1]);
  });

  test('refuses a run without such predictions', () => {
    const theirs = table('A', [1], arm('teacher', 0.7));

    expect(() => commonRows(mine, 'student', theirs, { arm: 'student', as: 'r2' })).toThrow(
      InputError,
    );
  });
});
