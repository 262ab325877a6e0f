import { DataError } from '../../contracts/errors.ts';

/** What is read of a row. */
const keptFields = [
  'ticker',
  'series',
  'isin',
  'day',
  'open',
  'high',
  'low',
  'close',
  'volume',
] as const;
export type KeptField = (typeof keptFields)[number];

/** A layout of the exchange. */
interface Layout {
  /** Its columns, in order. */
  readonly columns: readonly string[];
  /** Of which columns the kept fields come, in the order of `keptFields`. */
  readonly kept: readonly string[];
  /** Columns that say what is in the file, and what they must say. */
  readonly fixed: Readonly<Record<string, string>>;
  /** What may stand behind the columns. */
  readonly filler: RegExp;
}

/** Published since 2024-07-08, for earlier days too ("UDiFF"). */
const unified: Layout = {
  columns: (
    'TradDt,BizDt,Sgmt,Src,FinInstrmTp,FinInstrmId,ISIN,TckrSymb,SctySrs,XpryDt,' +
    'FininstrmActlXpryDt,StrkPric,OptnTp,FinInstrmNm,OpnPric,HghPric,LwPric,ClsPric,LastPric,' +
    'PrvsClsgPric,UndrlygPric,SttlmPric,OpnIntrst,ChngInOpnIntrst,TtlTradgVol,TtlTrfVal,' +
    'TtlNbOfTxsExctd,SsnId,NewBrdLotQty,Rmks'
  ).split(','),
  kept: 'TckrSymb,SctySrs,ISIN,TradDt,OpnPric,HghPric,LwPric,ClsPric,TtlTradgVol'.split(','),
  fixed: { Sgmt: 'CM', Src: 'NSE' },
  filler: /^Rsvd\d+$/,
};

/** Published until 2024-07-05. Its lines end in a comma. */
const older: Layout = {
  columns: (
    'SYMBOL,SERIES,OPEN,HIGH,LOW,CLOSE,LAST,PREVCLOSE,TOTTRDQTY,TOTTRDVAL,TIMESTAMP,' +
    'TOTALTRADES,ISIN'
  ).split(','),
  kept: 'SYMBOL,SERIES,ISIN,TIMESTAMP,OPEN,HIGH,LOW,CLOSE,TOTTRDQTY'.split(','),
  fixed: {},
  filler: /^$/,
};

/** A layout as a file's header has it. */
export interface ReadLayout {
  /** Fields of each row. */
  readonly width: number;
  /** Where each kept field stands. */
  readonly place: Readonly<Record<KeptField, number>>;
  /** Where it is said what is in the file, and what must be said there. */
  readonly fixed: readonly {
    readonly place: number;
    readonly column: string;
    readonly value: string;
  }[];
}

/**
 * Recognises the layout of a daily archive.
 *
 * @param header - the names in its first line
 * @throws DataError with the first column that is another, if it is neither layout
 */
export function layoutOf(header: readonly string[]): ReadLayout {
  const layout = header[0] === older.columns[0] ? older : unified;
  const { columns, kept, fixed, filler } = layout;
  const wrong = [...columns, ...header.slice(columns.length)].findIndex((column, j) =>
    j < columns.length ? header[j] !== column : !filler.test(column),
  );
  if (wrong >= 0)
    throw new DataError(
      `column "${wrong + 1}" of the header should be "${columns[wrong] ?? 'none'}", ` +
        `found "${header[wrong] ?? 'none'}"; expected "${columns.join(',')}"`,
    );
  const places = keptFields.map((field, j) => [field, columns.indexOf(kept[j])] as const);
  return {
    width: header.length,
    place: Object.fromEntries(places) as Record<KeptField, number>,
    fixed: Object.entries(fixed).map(([column, value]) => {
      return { column, value, place: columns.indexOf(column) };
    }),
  };
}
