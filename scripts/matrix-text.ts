import { table, type ColumnTable } from 'arquero';
import { tableText } from './output.ts';

/** One window as the matrix shows it. */
export interface MatrixCell {
  readonly symbol: string;
  /** Start of the window. */
  readonly from: string;
  /** What became of it, or will. */
  readonly cell: string;
}

/** Windows as a matrix: a row a symbol, a column a window's start. */
export function matrixText(cells: readonly MatrixCell[]): string {
  if (cells.length === 0) return 'no windows: the grid has none that starts between these days';
  const matrix: ColumnTable = table({
    symbol: cells.map(({ symbol }) => symbol),
    from: cells.map(({ from }) => from),
    cell: cells.map(({ cell }) => cell),
  })
    .groupby('symbol')
    .pivot('from', 'cell')
    .orderby('symbol');
  const headings = matrix.columnNames();
  const rows = matrix.objects() as Record<string, string | undefined>[];
  return tableText(
    headings,
    rows.map((row) => headings.map((heading) => row[heading] ?? '')),
  );
}
