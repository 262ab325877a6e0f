import type { ResidualRows } from '../../shared/domain/training/jobs.ts';
import { readSymbolRows } from '../../shared/runtime/files/duckdb.ts';

/**
 * Reads the rows of one symbol that its pooled teacher learnt from, and what it said of them.
 *
 * @param file - the teacher's `out-of-fold.parquet`
 * @throws DataError if the file is damaged
 */
export async function residualRows(file: string, symbol: string): Promise<ResidualRows> {
  const rows = await readSymbolRows(file, symbol);
  return {
    ts: Float64Array.from(rows.ts),
    probability: Float64Array.from(rows.probability),
    label: Int8Array.from(rows.label),
    forwardReturn: Float64Array.from(rows.forwardReturn),
    labelEnd: Float64Array.from(rows.labelEnd),
  };
}
