import { CsvError, parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { ListedInstrument } from '../../domain/market/instruments/instrument-changes.ts';
import { isSymbol } from '../../domain/market/instruments/instruments.ts';
import { codeOf } from '../files/files.ts';
import { isIsin } from '../reference/table-fields.ts';
import { isZip, unzipped } from '../files/zip.ts';

/** A file of instruments, read. */
export interface InstrumentFile {
  readonly kind: 'security-master' | 'constituents';
  readonly listed: readonly ListedInstrument[];
  /** Rows of debt, funds, indices and what is no longer traded. */
  readonly passedOver: number;
}

/** Columns by which a layout is known; a file may have others beside them. */
const layouts = {
  'security-master': [
    'Token',
    'ShortName',
    'Series',
    'CompanyName',
    'FaceValue',
    'ISINCode',
    'ExchangeCode',
  ],
  constituents: ['Company Name', 'Industry', 'Symbol', 'Series', 'ISIN Code'],
} as const;

const masterName = 'NSEScripMaster.txt';
const futuresName = 'FONSEScripMaster.txt';
const futuresColumns = ['InstrumentName', 'ExchangeCode'] as const;

/** Series of shares, best first: the others are trade for trade. */
const shareSeries = ['EQ', 'BE', 'BZ'];

type TextRow = Readonly<Record<string, string>>;
interface Line {
  readonly line: number;
  readonly row: TextRow;
}

/**
 * Reads ICICI's security master (`SecurityMaster.zip`, whose list of futures tells who has
 * derivatives, or `NSEScripMaster.txt` alone) or a constituent file of NSE Indices.
 *
 * @throws InputError if the file cannot be read or has another layout
 * @throws DataError naming the lines, if a row is torn, two symbols share an ISEC code, or one symbol
 *   has two
 */
export async function readInstrumentFile(file: string): Promise<InstrumentFile> {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new InputError(`"${file}" cannot be read ("${codeOf(error)}")`);
  });
  const files = isZip(bytes)
    ? unzipped(bytes, file, [masterName, futuresName])
    : new Map([[masterName, bytes]]);
  const textOf = (name: string): string | undefined => {
    const found = files.get(name);
    return found && new TextDecoder().decode(found);
  };
  const text = textOf(masterName);
  if (text === undefined)
    throw new InputError(`"${file}" should hold "${masterName}"; it holds none of that name`);
  const { header, lines } = linesOf(file, text);
  const kind = (['security-master', 'constituents'] as const).find((layout) =>
    layouts[layout].every((column) => header.includes(column)),
  );
  if (kind === undefined) throw otherLayout(file, header);
  const futures = textOf(futuresName);
  const { listed, passedOver } =
    kind === 'constituents'
      ? constituents(lines)
      : securityMaster(lines, futures === undefined ? undefined : futuresOf(file, futures));
  return { kind, listed: checkedListing(file, listed), passedOver };
}

interface Listed {
  readonly line: number;
  readonly instrument: ListedInstrument;
}

function securityMaster(
  lines: readonly Line[],
  futures: ReadonlySet<string> | undefined,
): { listed: Listed[]; passedOver: number } {
  const rankOf = ({ row }: Line): number => shareSeries.indexOf(row.Series);
  const shares = lines.filter(({ row }) => isShare(row));
  const best = new Map<string, number>();
  for (const share of shares) {
    const symbol = share.row.ExchangeCode;
    best.set(symbol, Math.min(best.get(symbol) ?? Infinity, rankOf(share)));
  }
  const listed = shares
    .filter((share) => rankOf(share) === best.get(share.row.ExchangeCode))
    .map(({ line, row }): Listed => {
      const faceValue = Number(row.FaceValue);
      const instrument = {
        symbol: row.ExchangeCode,
        name: row.CompanyName === '' ? row.ExchangeCode : row.CompanyName,
        isin: row.ISINCode,
        isecCode: row.ShortName,
        token: Number(row.Token),
        ...(faceValue > 0 ? { faceValue } : {}),
        ...(futures === undefined ? {} : { derivatives: futures.has(row.ExchangeCode) }),
      };
      return { line, instrument };
    });
  return { listed, passedOver: lines.length - listed.length };
}

/** Token 0 marks what is no longer traded; funds have ISINs of "INF". */
function isShare({ Series, Token, ISINCode, ExchangeCode, ShortName }: TextRow): boolean {
  return (
    shareSeries.includes(Series) &&
    Number(Token) > 0 &&
    /^IN[E9]/.test(ISINCode) &&
    isIsin(ISINCode) &&
    isSymbol(ExchangeCode) &&
    ShortName !== ''
  );
}

function constituents(lines: readonly Line[]): { listed: Listed[]; passedOver: number } {
  const listed = lines.flatMap(({ line, row }): Listed[] => {
    const isin = row['ISIN Code'];
    if (!isSymbol(row.Symbol) || !isIsin(isin)) return [];
    const sector = row.Industry;
    const name = row['Company Name'];
    return [
      {
        line,
        instrument: { symbol: row.Symbol, name, ...(sector === '' ? {} : { sector }), isin },
      },
    ];
  });
  return { listed, passedOver: lines.length - listed.length };
}

/** Symbols on which futures trade. */
function futuresOf(file: string, text: string): ReadonlySet<string> {
  const { header, lines } = linesOf(`${file}/${futuresName}`, text);
  if (!futuresColumns.every((column) => header.includes(column)))
    throw new InputError(
      `"${file}/${futuresName}" should have the columns "${futuresColumns.join('", "')}"; ` +
        `its header is "${header.join(', ')}"`,
    );
  return new Set(
    lines.flatMap(({ row }) => (row.InstrumentName === 'FUTSTK' ? [row.ExchangeCode] : [])),
  );
}

function checkedListing(file: string, listed: readonly Listed[]): ListedInstrument[] {
  if (listed.length === 0)
    throw new InputError(`"${file}" lists no shares; expected at least one row of them`);
  const bySymbol = new Map<string, Listed>();
  const byCode = new Map<string, Listed>();
  for (const one of listed) {
    const { symbol, isecCode } = one.instrument;
    const twin = bySymbol.get(symbol);
    if (twin !== undefined)
      throw new DataError(
        `"${file}" lines ${twin.line} and ${one.line} both list "${symbol}"; one was expected`,
      );
    bySymbol.set(symbol, one);
    if (isecCode === undefined) continue;
    const other = byCode.get(isecCode);
    if (other !== undefined)
      throw new DataError(
        `"${file}" lines ${other.line} and ${one.line} point "${other.instrument.symbol}" and ` +
          `"${symbol}" at one code, "${isecCode}"; a code is expected to be one symbol's`,
      );
    byCode.set(isecCode, one);
  }
  return listed.map(({ instrument }) => instrument);
}

function linesOf(file: string, text: string): { header: readonly string[]; lines: Line[] } {
  let header: readonly string[] = [];
  const lines: Line[] = [];
  try {
    parse(text, {
      bom: true,
      trim: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: readonly string[], { lines: line }) => {
        if (header.length === 0) header = record;
        else if (record.length !== header.length)
          throw new DataError(
            `"${file}" line ${line}: "${header.length}" fields were expected, "${record.length}" found`,
          );
        else
          lines.push({ line, row: Object.fromEntries(header.map((name, j) => [name, record[j]])) });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DataError(
      `"${file}" line ${Number(error.lines ?? 1)}: fields cannot be told apart: ${error.message}`,
    );
  }
  return { header, lines };
}

function otherLayout(file: string, header: readonly string[]): InputError {
  const expected = Object.values(layouts).map((columns) => `"${columns.join(', ')}"`);
  return new InputError(
    `"${file}" is of another layout: expected a header with ${expected.join(' (security master) or ')} ` +
      `(constituents), found "${header.slice(0, 40).join(', ')}"`,
  );
}
