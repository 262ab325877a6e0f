import { describe, expect, test } from 'vitest';
import { matrixText } from './matrix-text.ts';

describe('matrixText', () => {
  test('has a row a symbol and a column a window, in order', () => {
    const text = matrixText([
      { symbol: 'TCS', from: '2022-06-30', cell: 'reused' },
      { symbol: 'TCS', from: '2022-01-01', cell: 'trained' },
      { symbol: 'M&M', from: '2022-01-01', cell: 'skipped: no-bars' },
      { symbol: 'M&M', from: '2022-06-30', cell: 'failed' },
    ]);

    expect(text.split('\n')).toEqual([
      'symbol  2022-01-01        2022-06-30',
      'M&M     skipped: no-bars  failed',
      'TCS     trained           reused',
    ]);
  });

  test('leaves a cell empty that a symbol does not have', () => {
    const text = matrixText([
      { symbol: 'A', from: '2022-01-01', cell: 'train' },
      { symbol: 'B', from: '2022-06-30', cell: 'train' },
    ]);

    expect(text.split('\n')).toEqual([
      'symbol  2022-01-01  2022-06-30',
      'A       train',
      'B                   train',
    ]);
  });

  test('keeps thousands of cells', () => {
    const cells = Array.from({ length: 150 }, (_, s) =>
      Array.from({ length: 20 }, (_unused, w) => ({
        symbol: `S${String(s).padStart(3, '0')}`,
        from: `20${String(w).padStart(2, '0')}-01-01`,
        cell: `c${s}x${w}`,
      })),
    ).flat();

    const lines = matrixText(cells).split('\n');

    expect(lines).toHaveLength(151);
    lines.slice(1).forEach((line, s) => {
      const expected = Array.from({ length: 20 }, (_, w) => `c${s}x${w}`);
      expect(line.split(/ +/).slice(1)).toEqual(expected);
    });
  });

  test('says so where there is no window', () => {
    expect(matrixText([])).toBe('no windows: the grid has none that starts between these days');
  });
});
