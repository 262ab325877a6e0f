import { CsvError, parse } from 'csv-parse/sync';
import { DataError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import type { OneBar } from '../../domain/market/bars/bars.ts';
import { isZip, unzipped } from '../files/zip.ts';
import { layoutOf, type ReadLayout } from './bhavcopy-layout.ts';
import { bhavcopyDay, bhavcopyNames, exchangeDay } from './bhavcopy-name.ts';

/** Series of shares: rolling settlement, and trade for trade, where the exchange keeps watch. */
export const equitySeries = ['EQ', 'BE'] as const;

/** One share of one day, as the exchange told it. */
export interface BhavcopyRow extends OneBar {
  /** Line of the file, from 1. */
  readonly line: number;
  readonly ticker: string;
  readonly isin: string;
  readonly series: (typeof equitySeries)[number];
}

/** The shares of one day. Their close is the official one: VWAP of the last half hour, or the auction. */
export interface Bhavcopy {
  readonly day: TradingDay;
  readonly rows: readonly BhavcopyRow[];
}

/**
 * Reads a daily archive of the exchange, either layout, packed or not.
 *
 * @param name - its file name, which says its day
 * @throws DataError with `line`, if the archive is damaged, its header is none of the two, its date
 *   differs from its name's, or a row cannot be read: a file that is wrong in one place is believed
 *   in none
 */
export function readBhavcopy(bytes: Uint8Array, name: string): Bhavcopy {
  const day = bhavcopyDay(name);
  if (day === undefined)
    throw refusal(1, `"${name}" is no name of a daily archive; expected ${bhavcopyNames}`);
  const rows: BhavcopyRow[] = [];
  let layout: ReadLayout | undefined;
  const onRecord = (record: readonly string[], { lines }: { readonly lines: number }): null => {
    if (layout === undefined) layout = layoutOf(record);
    else rows.push(...rowsOf(record, lines, layout, day));
    return null;
  };
  try {
    const options = { bom: true, trim: true, skip_empty_lines: true, relax_column_count: true };
    parse(textOf(bytes, name, day), { ...options, on_record: onRecord });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw refusal(Number(error.lines ?? 1), `fields cannot be told apart: ${error.message}`);
  }
  if (rows.length === 0)
    throw refusal(1, `it holds no share of series "${equitySeries.join('" or "')}"`);
  return { day, rows };
}

/** The text of the one file in an archive, or of the file itself. */
function textOf(bytes: Uint8Array, name: string, day: TradingDay): string {
  if (!isZip(bytes)) {
    if (/\.zip$/i.test(name)) throw refusal(1, 'it is no zip archive; fetch it again');
    return new TextDecoder().decode(bytes);
  }
  const files = [...unzipped(bytes, name)];
  const [[file, content] = [], other] = files;
  if (file === undefined || other !== undefined || bhavcopyDay(file) !== day) {
    const found = files.map(([one]) => one).join('", "');
    throw refusal(1, `the archive should hold the one file of "${day}"; found "${found}"`);
  }
  return new TextDecoder().decode(content);
}

/** The row where it is one of a share's; nothing where it is another security's. */
function rowsOf(
  record: readonly string[],
  line: number,
  { place, width, fixed }: ReadLayout,
  day: TradingDay,
): BhavcopyRow[] {
  if (record.length !== width)
    throw refusal(line, `the header has "${width}" fields, this row "${record.length}"`);
  if (exchangeDay(record[place.day]) !== day)
    throw refusal(
      line,
      `the row is of "${record[place.day]}", the file's name says "${day}"; fetch it again`,
    );
  for (const { column, value, place: at } of fixed)
    if (record[at] !== value)
      throw refusal(line, `${column} should be "${value}", found "${record[at]}"`);
  const series = equitySeries.find((known) => known === record[place.series]);
  if (series === undefined) return [];
  const number = (name: keyof OneBar): number => {
    const text = record[place[name]];
    if (!/^-?\d+(?:\.\d+)?$/.test(text)) throw refusal(line, `${name} "${text}" is not a number`);
    return Number(text);
  };
  return [
    {
      line,
      ticker: record[place.ticker],
      isin: record[place.isin],
      series,
      open: number('open'),
      high: number('high'),
      low: number('low'),
      close: number('close'),
      volume: number('volume'),
    },
  ];
}

/** A fault of one file, with its line. */
function refusal(line: number, message: string): DataError {
  return new DataError(message, { line });
}
