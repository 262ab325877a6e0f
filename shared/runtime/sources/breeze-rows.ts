import { DataError } from '../../contracts/errors.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { barColumns, type Bars } from '../../domain/market/bars/bars.ts';
import { stampReader } from '../exchange-time.ts';
import type { BarRequest } from './source.ts';

/** What was asked of a source, as stamps of bars. */
export interface AskedSpan {
  /** Stamps of the first and the last bar that may come, both included. */
  readonly first: number;
  readonly last: number;
  /** Rows from which on the answer may have been cut off. */
  readonly maximumRows: number;
}

const numbers = ['open', 'high', 'low', 'close', 'volume'] as const;

/**
 * Reads the rows of a v2 history answer. A null becomes NaN, which the quality rules set aside; rows
 * outside the span are left out: they were not asked for, or may still change.
 *
 * @param success - what the answer holds under `Success`
 * @throws DataError if it is not v2's, or of another instrument
 */
export function breezeBars(
  source: string,
  { symbol, code, interval }: BarRequest,
  success: unknown,
  { first, last, maximumRows }: AskedSpan,
): Bars {
  const wrong = (what: string): DataError =>
    new DataError(`"${source}" answered for "${code}" "${interval}" with ${what}`, {
      source,
      symbol,
    });
  if (!Array.isArray(success)) throw wrong('a "Success" that is no list of rows');
  const read = stampReader();
  const rows = success.map((row: unknown, index) =>
    rowOf(row, code, read, (what) => wrong(`a row "${index}" ${what}`)),
  );
  const kept = rows.filter(([ts]) => ts >= first && ts <= last);
  if (rows.length >= maximumRows && kept.length < maximumRows)
    throw wrong(
      `"${rows.length}" rows, of which "${rows.length - kept.length}" were not asked for: ` +
        'whether it was cut off cannot be told; ask for a shorter span',
    );
  const [ts, open, high, low, close, volume] = barColumns.map((_, column) =>
    Float64Array.from(kept, (row) => row[column]),
  );
  return { symbol, interval, ts, open, high, low, close, volume };
}

/** One row in the order of `barColumns`. */
function rowOf(
  row: unknown,
  code: string,
  read: (text: string) => EpochMs | undefined,
  wrong: (what: string) => DataError,
): number[] {
  if (row === null || typeof row !== 'object') throw wrong('that is no record');
  const fields: Readonly<Record<string, unknown>> = { ...row };
  const shown = (name: string): string => JSON.stringify(fields[name]) ?? 'nothing';
  const { datetime, stock_code: owner } = fields;
  const ts = typeof datetime === 'string' ? read(datetime) : undefined;
  if (ts === undefined)
    throw wrong(`whose datetime is no "YYYY-MM-DD HH:MM:SS" but ${shown('datetime')}`);
  if (owner !== undefined && owner !== code) throw wrong(`of code ${shown('stock_code')}`);
  const values = numbers.map((name) => {
    const value = fields[name];
    if (value === null) return Number.NaN;
    if (typeof value === 'number') return value;
    throw wrong(`whose ${name} is no JSON number but ${shown(name)}; v1 answers so, v2 does not`);
  });
  return [ts, ...values];
}
