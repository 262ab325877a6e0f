import type { Instruments } from './instrument-lookup.ts';
import type { Instrument } from './instruments.ts';

/** What a file says of one instrument; absent where it does not say. */
export interface ListedInstrument {
  readonly symbol: string;
  readonly name: string;
  readonly sector?: string;
  readonly isin?: string;
  readonly isecCode?: string;
  readonly token?: number;
  readonly faceValue?: number;
  readonly derivatives?: boolean;
}

/** Facts that a file can change, in the order they are told. */
const changeableFields = [
  'isin',
  'faceValue',
  'isecCode',
  'token',
  'sector',
  'derivatives',
] as const;
type ChangeableField = (typeof changeableFields)[number];

/** One fact that differs from what was known. */
export interface InstrumentChange {
  readonly symbol: string;
  readonly field: ChangeableField;
  /** Absent where nothing was known. */
  readonly before?: string | number | boolean;
  readonly after: string | number | boolean;
  /** What kind of corporate action it speaks for. */
  readonly evidence?: string;
}

/** A known instrument under a new ticker. */
export interface InstrumentRename {
  readonly symbol: string;
  readonly formerly: string;
  /** By what it was recognised. */
  readonly by: 'isecCode' | 'isin';
}

/** What a file says that was not known. */
export interface InstrumentDifference {
  readonly added: readonly ListedInstrument[];
  readonly renamed: readonly InstrumentRename[];
  readonly changed: readonly InstrumentChange[];
  /** Known equities of the same kind that the file lacks and that are not delisted. */
  readonly gone: readonly string[];
  /** Current tickers of rows with a ticker or an ISIN that has changed since: left as known. */
  readonly outdated: readonly string[];
}

/**
 * Compares what a file lists with what is known.
 *
 * @param listed - no symbol and no ISEC code twice
 */
export function instrumentDifference(
  known: Instruments,
  listed: readonly ListedInstrument[],
): InstrumentDifference {
  const inFile = new Set(listed.map(({ symbol }) => known.current(symbol)));
  const added: ListedInstrument[] = [];
  const renamed: InstrumentRename[] = [];
  const changed: InstrumentChange[] = [];
  const outdated: string[] = [];
  const met = new Set<string>();
  for (const one of listed) {
    const current = known.current(one.symbol);
    const rename = known.find(current) === undefined ? renameOf(known, one, inFile) : undefined;
    const instrument = known.find(rename?.formerly ?? current);
    if (instrument === undefined) {
      added.push(one);
      continue;
    }
    met.add(instrument.symbol);
    if (rename !== undefined) renamed.push(rename);
    const isOld = instrument.formerIsins.some(({ isin }) => isin === one.isin);
    if (isOld || current !== one.symbol) outdated.push(current);
    else changed.push(...changesOf(current, instrument, one));
  }
  const gone = known.all.filter(
    ({ symbol, kind, delisted }) => kind === 'equity' && delisted === undefined && !met.has(symbol),
  );
  return { added, renamed, changed, gone: gone.map(({ symbol }) => symbol).toSorted(), outdated };
}

/** The known instrument that a new ticker is of: its code or ISIN, and it is gone from the file. */
function renameOf(
  known: Instruments,
  { symbol, isecCode, isin }: ListedInstrument,
  inFile: ReadonlySet<string>,
): InstrumentRename | undefined {
  const candidates = [
    ['isecCode', isecCode === undefined ? undefined : known.byIsecCode(isecCode)],
    ['isin', isin === undefined ? undefined : known.byIsin(isin)],
  ] as const;
  for (const [by, found] of candidates)
    if (found !== undefined && !inFile.has(found.symbol))
      return { symbol, formerly: found.symbol, by };
  return undefined;
}

function changesOf(
  symbol: string,
  known: Instrument,
  listed: ListedInstrument,
): InstrumentChange[] {
  return changeableFields.flatMap((field): InstrumentChange[] => {
    const before = known[field];
    const after = listed[field];
    if (after === undefined || after === before) return [];
    const evidence = before === undefined ? undefined : evidenceOf(field, before, after);
    return [
      {
        symbol,
        field,
        ...(before === undefined ? {} : { before }),
        after,
        ...(evidence === undefined ? {} : { evidence }),
      },
    ];
  });
}

/** A split changes face value and ISIN; a bonus neither. */
function evidenceOf(
  field: ChangeableField,
  before: string | number | boolean,
  after: string | number | boolean,
): string | undefined {
  if (field === 'isin') return 'a new ISIN speaks for a split, a merger or a reduction of capital';
  if (field !== 'faceValue') return undefined;
  const ratio = Number(before) / Number(after);
  return ratio > 1
    ? `a smaller face value speaks for a split "${ratio}:1"`
    : `a larger face value speaks for a consolidation "1:${1 / ratio}"`;
}
