import type { TradingDay } from '../../contracts/time.ts';
import type {
  InstrumentDifference,
  ListedInstrument,
} from '../../domain/market/instruments/instrument-changes.ts';
import type { Instruments } from '../../domain/market/instruments/instrument-lookup.ts';
import type { Instrument } from '../../domain/market/instruments/instruments.ts';
import type { InstrumentOverlay } from './instrument-overlay.ts';

/** Which file a difference is of. */
export interface OverlaySource {
  readonly kind: 'security-master' | 'constituents';
  readonly asOf: TradingDay;
  /** Whose constituents were listed, and all of them. */
  readonly universe?: string;
  readonly listed?: readonly ListedInstrument[];
}

/** An overlay with what a file said that was not known: later rows replace those of their keys. */
export function overlayWith(
  overlay: InstrumentOverlay,
  known: Instruments,
  { added, renamed, changed }: InstrumentDifference,
  { kind, asOf, universe, listed = [] }: OverlaySource,
): InstrumentOverlay {
  const source = kind === 'constituents' ? 'nse-constituents' : 'icici-scrip-master';
  const month = asOf.slice(0, 7);
  const names = new Map(renamed.map(({ symbol, formerly }) => [formerly, symbol]));
  const instruments = new Map(overlay.instruments.map((row) => [row.symbol, row]));
  const formerIsins = overlay.formerIsins.map((row) => ({
    ...row,
    symbol: names.get(row.symbol) ?? row.symbol,
  }));
  for (const one of added)
    instruments.set(
      one.symbol,
      instrumentText({ derivatives: false, ...one, kind: 'equity', source, asOf: month }),
    );
  const renames = new Map(renamed.map(({ symbol, formerly }) => [symbol, formerly]));
  const touched = new Set([...renames.keys(), ...changed.map(({ symbol }) => symbol)]);
  for (const symbol of touched) {
    const before = known.find(renames.get(symbol) ?? symbol);
    if (before === undefined) continue;
    const own = changed.filter((change) => change.symbol === symbol);
    const after = Object.fromEntries(own.map((change) => [change.field, change.after]));
    const sources = [...new Set([...before.source.split('+'), source])].join('+');
    instruments.delete(before.symbol);
    instruments.set(
      symbol,
      instrumentText({ ...before, ...after, symbol, source: sources, asOf: month }),
    );
    if (before.isin !== undefined && own.some(({ field }) => field === 'isin'))
      formerIsins.push({
        symbol,
        isin: before.isin,
        face_value: String(before.faceValue ?? after.faceValue ?? ''),
        until: asOf,
        source,
      });
  }
  const snapshot = listed.map(({ symbol }) => ({
    universe: universe ?? '',
    symbol: names.get(known.current(symbol)) ?? known.current(symbol),
    from: '',
    source,
    as_of: month,
  }));
  return {
    instruments: [...instruments.values()],
    renames: [
      ...overlay.renames.map((row) => ({ ...row, symbol: names.get(row.symbol) ?? row.symbol })),
      ...renamed.map(({ symbol, formerly }) => ({ symbol, formerly, until: asOf, source })),
    ],
    formerIsins,
    memberships: [
      ...overlay.memberships.filter((row) => row.universe !== universe || row.as_of !== month),
      ...snapshot,
    ],
  };
}

/** An instrument as a row of text, the inverse of `instrumentTable`. */
function instrumentText(one: Omit<Instrument, 'formerly' | 'formerIsins'>) {
  return {
    symbol: one.symbol,
    kind: one.kind,
    name: one.name,
    sector: one.sector ?? '',
    isin: one.isin ?? '',
    isec_code: one.isecCode ?? '',
    token: String(one.token ?? ''),
    face_value: String(one.faceValue ?? ''),
    derivatives: one.derivatives ? 'yes' : 'no',
    listed: one.listed ?? '',
    delisted: one.delisted ?? '',
    source: one.source,
    as_of: one.asOf,
  };
}
