import type { SampleSet } from '../../samples/sample-set.ts';
import type { MemberRows } from '../../training/window-sets.ts';

type PooledRows = Omit<SampleSet, 'matrix'>;

/** Rows of one member of a pool, as its residual student gets them. */
export function memberRows(rows: PooledRows, member: number): MemberRows {
  return {
    ts: memberColumn(rows.ts, rows, member),
    label: Int8Array.from(memberColumn(Float64Array.from(rows.labels), rows, member)),
    forwardReturn: memberColumn(rows.forwardReturns, rows, member),
    labelEnd: memberColumn(rows.labelEnds, rows, member),
  };
}

/** One member's values of a column over the rows of its pool. */
export function memberColumn(
  column: Float64Array,
  { symbols }: Pick<PooledRows, 'symbols'>,
  member: number,
): Float64Array {
  return column.filter((_, row) => symbols?.of[row] === member);
}
