import type { DuckDBConnection } from '@duckdb/node-api';
import { quotedText } from '../files/duckdb.ts';

/** What of a window's rows is sealed, epoch milliseconds UTC. */
export interface RowsSeal {
  /** Rows from here on are left out. */
  readonly rowsFrom: number;
  /** Labels and returns of rows from here on are left out: they end later than may be seen. */
  readonly labelsFrom: number;
}

/** What was left out of a table because it is sealed. */
export interface SealedCounts {
  readonly rows: number;
  /** Of the rows that are shown. */
  readonly labels: number;
}

/**
 * Takes out of the table `predictions` what is sealed of its windows' rows.
 *
 * @returns what was taken out
 */
export async function leaveOutSealed(
  connection: DuckDBConnection,
  windows: readonly { readonly window: string; readonly seal?: RowsSeal }[],
): Promise<SealedCounts> {
  const sealed = windows.flatMap(({ window, seal }) =>
    seal === undefined ? [] : [`(${quotedText(window)}, ${seal.rowsFrom}, ${seal.labelsFrom})`],
  );
  if (sealed.length === 0) return { rows: 0, labels: 0 };
  await connection.run(
    `CREATE TEMP TABLE seals ("window" VARCHAR, rowsFrom DOUBLE, labelsFrom DOUBLE)`,
  );
  await connection.run(`INSERT INTO seals VALUES ${sealed.join()}`);
  const { rowsChanged: rows } = await connection.run(
    `DELETE FROM predictions USING seals
     WHERE predictions."window" = seals."window" AND ts >= rowsFrom`,
  );
  const { rowsChanged: labels } = await connection.run(
    `UPDATE predictions SET label = NULL, forwardReturn = NULL FROM seals
     WHERE predictions."window" = seals."window" AND ts >= labelsFrom AND label IS NOT NULL`,
  );
  return { rows, labels };
}
