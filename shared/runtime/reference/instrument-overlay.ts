import path from 'node:path';
import { DataError } from '../../contracts/errors.ts';
import type { DataRoot } from '../data-root.ts';
import { readJson, writeWhole } from '../files/files.ts';
import {
  formerIsinTable,
  instrumentTable,
  membershipTable,
  renameTable,
  type TableShape,
} from './reference-rows.ts';
import type { InstrumentTables, Placed } from './reference-table.ts';

type TextRow<Shape> =
  Shape extends TableShape<infer Name, unknown> ? Readonly<Record<Name, string>> : never;

/** What a data root knows of instruments beyond the carried facts: rows of the same tables, as text. */
export interface InstrumentOverlay {
  /** Each stands in place of the carried row of its symbol. */
  readonly instruments: readonly TextRow<typeof instrumentTable>[];
  readonly renames: readonly TextRow<typeof renameTable>[];
  readonly formerIsins: readonly TextRow<typeof formerIsinTable>[];
  readonly memberships: readonly TextRow<typeof membershipTable>[];
}

/** Where a data root keeps its overlay: one file, so that it changes whole or not at all. */
export function overlayFile(root: DataRoot): string {
  return path.join(root.path, 'instruments', 'overlay.json');
}

/**
 * Reads an overlay.
 *
 * @returns one without rows where there is no such file
 * @throws DataError if it is damaged
 */
export async function readOverlay(file: string): Promise<InstrumentOverlay> {
  const value = await readJson(file);
  const tables = value === undefined ? {} : recordOf(value, file);
  if (value !== undefined && tables.schema !== 1)
    throw new DataError(`"${file}" should be of schema "1"; remove it and import again`, { file });
  return {
    instruments: textRows(file, tables, 'instruments', instrumentTable),
    renames: textRows(file, tables, 'renames', renameTable),
    formerIsins: textRows(file, tables, 'formerIsins', formerIsinTable),
    memberships: textRows(file, tables, 'memberships', membershipTable),
  };
}

/**
 * Writes an overlay whole or not at all.
 *
 * @throws LaneError if the disk is full
 */
export async function writeOverlay(file: string, overlay: InstrumentOverlay): Promise<void> {
  await writeWhole(file, `${JSON.stringify({ schema: 1, ...overlay }, undefined, 1)}\n`);
}

/** Puts an overlay's rows before carried ones; a carried instrument that was renamed takes its facts along. */
export async function withOverlay(
  carried: InstrumentTables,
  file: string,
): Promise<InstrumentTables> {
  const overlay = await readOverlay(file);
  const placed = <Name extends string, Row>(
    name: keyof InstrumentOverlay,
    { rowOf }: TableShape<Name, Row>,
    rows: readonly Readonly<Record<Name, string>>[],
  ): Placed<Row>[] =>
    rows.map((row, index) => {
      const place = `"${file}" ${name}[${index}]`;
      try {
        return { row: rowOf(row), place };
      } catch (error) {
        if (!(error instanceof DataError)) throw error;
        throw new DataError(`${place}: ${error.message}; remove the file and import again`);
      }
    });
  const instruments = placed('instruments', instrumentTable, overlay.instruments);
  const renames = placed('renames', renameTable, overlay.renames);
  const memberships = placed('memberships', membershipTable, overlay.memberships);
  const now = new Map(renames.map(({ row }) => [row.formerly, row.symbol]));
  const replaced = new Set([...instruments.map(({ row }) => row.symbol), ...now.keys()]);
  const renamed = <Row extends { readonly symbol: string }>(rows: readonly Placed<Row>[]) =>
    rows.map(({ row, place }) => ({
      row: { ...row, symbol: now.get(row.symbol) ?? row.symbol },
      place,
    }));
  const snapshots = new Set(memberships.map(({ row }) => `${row.universe} ${row.asOf}`));
  return {
    instruments: [
      ...carried.instruments.filter(({ row }) => !replaced.has(row.symbol)),
      ...instruments,
    ],
    renames: [...renamed(carried.renames), ...renames],
    formerIsins: [
      ...renamed(carried.formerIsins),
      ...placed('formerIsins', formerIsinTable, overlay.formerIsins),
    ],
    memberships: [
      ...renamed(carried.memberships).filter(
        ({ row }) => !snapshots.has(`${row.universe} ${row.asOf}`),
      ),
      ...renamed(memberships),
    ],
  };
}

function textRows<Name extends string>(
  file: string,
  tables: Readonly<Record<string, unknown>>,
  name: keyof InstrumentOverlay,
  { columns }: TableShape<Name, unknown>,
): Readonly<Record<Name, string>>[] {
  const rows: unknown = tables[name] ?? [];
  const isRow = (row: unknown): row is Record<Name, string> =>
    row !== null &&
    typeof row === 'object' &&
    Object.keys(row).length === columns.length &&
    columns.every((column) => column in row) &&
    Object.values(row).every((text) => typeof text === 'string');
  if (Array.isArray(rows) && rows.every(isRow)) return rows;
  throw new DataError(
    `"${file}" should hold in "${name}" rows of "${columns.join('", "')}"; remove it and import again`,
    { file },
  );
}

function recordOf(value: unknown, file: string): Readonly<Record<string, unknown>> {
  if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  throw new DataError(`"${file}" should hold tables; remove it and import again`, { file });
}
