import { DataError } from '../../contracts/errors.ts';
import { sessionTemplates, type SessionRow } from '../../domain/market/calendar/calendar.ts';
import type { MembershipRow } from '../../domain/market/instruments/instrument-lookup.ts';
import type { Instrument } from '../../domain/market/instruments/instruments.ts';
import {
  dayIn,
  filled,
  isinIn,
  minutesIn,
  monthIn,
  numberIn,
  symbolIn,
  wordIn,
} from './table-fields.ts';

/** A table of facts: its columns, and how a row of text becomes one. */
export interface TableShape<Name extends string, Row> {
  readonly columns: readonly Name[];
  /** Throws a DataError that says what is wrong with the row. */
  readonly rowOf: (row: Readonly<Record<Name, string>>) => Row;
}

function table<const Name extends string, Row>(
  columns: readonly Name[],
  rowOf: (row: Readonly<Record<Name, string>>) => Row,
): TableShape<Name, Row> {
  return { columns, rowOf };
}

/** `nse-sessions.csv` */
export const sessionTable = table(
  ['date', 'template', 'open', 'close', 'pause'],
  (row): SessionRow => {
    const [from, to, more] = row.pause.split('-');
    if (row.pause !== '' && (to === undefined || more !== undefined))
      throw new DataError(`pause "${row.pause}" is no span "HH:MM-HH:MM"`);
    return {
      day: dayIn('date', row.date),
      template: wordIn('template', sessionTemplates, row.template),
      open: minutesIn('open', row.open),
      close: minutesIn('close', row.close),
      ...(row.pause === '' ? {} : { pause: [minutesIn('pause', from), minutesIn('pause', to)] }),
    };
  },
);

/** `nse-holidays.csv` */
export const closureTable = table(
  ['date', 'name'],
  ({ date, name }) => [dayIn('date', date), filled('name', name)] as const,
);

/** An instrument without what other tables say of it. */
export type InstrumentRow = Omit<Instrument, 'formerly' | 'formerIsins'>;

/** `instruments.csv` */
export const instrumentTable = table(
  [
    'symbol',
    'kind',
    'name',
    'sector',
    'isin',
    'isec_code',
    'token',
    'face_value',
    'derivatives',
    'listed',
    'delisted',
    'source',
    'as_of',
  ],
  (row): InstrumentRow => {
    const { sector, isin, token, listed, delisted } = row;
    return {
      symbol: symbolIn('symbol', row.symbol),
      kind: wordIn('kind', ['equity', 'index'], row.kind),
      name: filled('name', row.name),
      ...(sector === '' ? {} : { sector }),
      ...(isin === '' ? {} : { isin: isinIn(isin) }),
      ...(row.isec_code === '' ? {} : { isecCode: row.isec_code }),
      ...(token === '' ? {} : { token: numberIn('token', token) }),
      ...(row.face_value === '' ? {} : { faceValue: numberIn('face_value', row.face_value) }),
      derivatives: wordIn('derivatives', ['yes', 'no'], row.derivatives) === 'yes',
      ...(listed === '' ? {} : { listed: dayIn('listed', listed) }),
      ...(delisted === '' ? {} : { delisted: dayIn('delisted', delisted) }),
      source: filled('source', row.source),
      asOf: monthIn('as_of', row.as_of),
    };
  },
);

/** `renames.csv` */
export const renameTable = table(['symbol', 'formerly', 'until', 'source'], (row) => ({
  symbol: symbolIn('symbol', row.symbol),
  formerly: symbolIn('formerly', row.formerly),
  until: dayIn('until', row.until),
  source: filled('source', row.source),
}));
export type RenameRow = ReturnType<typeof renameTable.rowOf>;

/** `former-isins.csv` */
export const formerIsinTable = table(
  ['symbol', 'isin', 'face_value', 'until', 'source'],
  (row) => ({
    symbol: symbolIn('symbol', row.symbol),
    isin: isinIn(row.isin),
    faceValue: numberIn('face_value', row.face_value),
    until: dayIn('until', row.until),
    source: filled('source', row.source),
  }),
);
export type FormerIsinRow = ReturnType<typeof formerIsinTable.rowOf>;

/** `membership.csv` */
export const membershipTable = table(
  ['universe', 'symbol', 'from', 'source', 'as_of'],
  (row): MembershipRow => ({
    universe: filled('universe', row.universe),
    symbol: symbolIn('symbol', row.symbol),
    ...(row.from === '' ? {} : { from: dayIn('from', row.from) }),
    source: filled('source', row.source),
    asOf: monthIn('as_of', row.as_of),
  }),
);
