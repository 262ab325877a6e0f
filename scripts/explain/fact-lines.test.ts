import { describe, expect, test } from 'vitest';
import { factLines } from './fact-lines.ts';

describe('factLines', () => {
  test('aligns facts and wraps them at 100 columns, words whole', () => {
    const long = 'x'.repeat(90);
    const words = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');

    const lines = factLines([
      ['window', 'INFY'],
      ['', 'goes\n on'],
      ['  lineage', `a ${long} b`],
      ['words', words],
    ]).split('\n');

    expect(lines.slice(0, 5)).toEqual([
      'window        INFY',
      '              goes on',
      '  lineage     a',
      `              ${long}`,
      '              b',
    ]);
    const wrapped = lines.slice(5);
    expect(wrapped).toHaveLength(3);
    expect(Math.max(...wrapped.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(wrapped.map((line) => line.slice(14)).join(' ')).toBe(words);
  });
});
