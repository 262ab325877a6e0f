import { CsvError, parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { DataError, InputError } from '../../contracts/errors.ts';
import { readParquet } from '../files/duckdb.ts';
import { codeOf } from '../files/files.ts';
import type { FeatureColumns } from '../onnx/onnx.ts';

/**
 * Reads rows to score from a file: Parquet where it is called so, else CSV with a header. An empty
 * cell is a missing value.
 *
 * @throws InputError if the file cannot be read, holds no rows, or a cell is no number
 */
export async function readFeatureRows(file: string): Promise<FeatureColumns> {
  if (file.endsWith('.parquet'))
    return await readParquet(file).catch((error: unknown) => {
      if (error instanceof DataError) throw new InputError(error.message);
      throw error;
    });
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new InputError(`"${file}" cannot be read ("${codeOf(error)}")`);
  });
  const [names, ...rows] = csvOf(file, text);
  if (names === undefined || rows.length === 0)
    throw new InputError(`"${file}" holds no rows; it needs a header of features and a line a row`);
  const repeated = names.find((name, j) => names.indexOf(name) !== j);
  if (repeated !== undefined) throw new InputError(`"${file}" has two columns "${repeated}"`);
  return columnsOf(names, rows.length, (i, j) =>
    numberOf(rows[i][j], `"${file}" line "${i + 2}", column "${names[j]}"`),
  );
}

/**
 * Reads rows to score from JSON: an object of features, or a list of such; `null` is a missing value.
 *
 * @throws InputError if it is anything else, or rows differ in their features
 */
export function parseFeatureRows(text: string): FeatureColumns {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`the rows are no JSON; give {"feature": number, …} or a list of such`);
  }
  const rows: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (rows.length === 0 || !rows.every(isRecord))
    throw new InputError('the rows are no objects; give {"feature": number, …} or a list of such');
  const names = Object.keys(rows[0]);
  const other = rows.findIndex((row) => Object.keys(row).join('\n') !== names.join('\n'));
  if (other >= 0) throw new InputError(`row "${other + 1}" has other features than the first`);
  return columnsOf(names, rows.length, (i, j) => {
    const cell = rows[i][names[j]];
    if (cell === null) return NaN;
    if (typeof cell === 'number') return cell;
    throw new InputError(`row "${i + 1}", "${names[j]}": found ${JSON.stringify(cell)}, no number`);
  });
}

function columnsOf(
  names: readonly string[],
  rows: number,
  cell: (row: number, column: number) => number,
): FeatureColumns {
  return Object.fromEntries(
    names.map((name, j) => [name, Float64Array.from({ length: rows }, (_, i) => cell(i, j))]),
  );
}

function csvOf(file: string, text: string): string[][] {
  try {
    return parse(text, { bom: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof CsvError) throw new InputError(`"${file}": ${error.message}`);
    throw error;
  }
}

/** Other programs write missing and infinite values in words. */
const words: Readonly<Record<string, number>> = {
  '': NaN,
  nan: NaN,
  inf: Infinity,
  '+inf': Infinity,
  '-inf': -Infinity,
  infinity: Infinity,
  '-infinity': -Infinity,
};

function numberOf(cell: string, where: string): number {
  const word = words[cell.toLowerCase()];
  if (word !== undefined) return word;
  const value = Number(cell);
  if (Number.isNaN(value)) throw new InputError(`${where}: found "${cell}", no number`);
  return value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
