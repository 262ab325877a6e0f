import { DataError, InputError } from '../../../contracts/errors.ts';
import type { TradingDay } from '../../../contracts/time.ts';
import { meantWords, nearestSymbols, type Instrument } from './instruments.ts';

/** One instrument's place in a snapshot of an index. */
export interface MembershipRow {
  /** What `--symbols` calls the index, e.g. `nifty100`. */
  readonly universe: string;
  readonly symbol: string;
  /** First day of membership; absent where unknown. */
  readonly from?: TradingDay;
  readonly source: string;
  /** Month of the snapshot, `YYYY-MM`. */
  readonly asOf: string;
}

/** Who is in an index, by one snapshot of it. */
export interface Members {
  readonly universe: string;
  /** Month of the snapshot, `YYYY-MM`: later than the day asked for where none is earlier. */
  readonly asOf: string;
  /** In order of the alphabet. */
  readonly symbols: readonly string[];
}

/** What the exchange lists. */
export interface Instruments {
  readonly all: readonly Instrument[];
  /** Names of the indices whose members are known. */
  readonly universes: readonly string[];
  /** The instrument whose current ticker is `symbol`. */
  find(symbol: string): Instrument | undefined;
  /**
   * Today's ticker of what was called `symbol`: on `day`, or whenever it last was where absent. A
   * ticker that nobody knows stays as it is.
   */
  current(symbol: string, day?: TradingDay): string;
  /** The instrument that ICICI calls `code`. */
  byIsecCode(code: string): Instrument | undefined;
  /** The instrument that has this ISIN, or had it once. */
  byIsin(isin: string): Instrument | undefined;
  /**
   * Members of an index by the last snapshot of `day`'s month or before; by the first one where all
   * are later, which then holds survivors only.
   *
   * @throws InputError if no such index is known
   */
  members(universe: string, day: TradingDay): Members;
  /** Symbols that somebody who wrote `name` may have meant, of these and of `others`. */
  nearest(name: string, others?: Iterable<string>): string[];
}

/**
 * Makes a look-up of instruments.
 *
 * @param all - instruments by their current tickers
 * @param memberships - snapshots of indices, of these instruments
 * @throws DataError if two instruments share a symbol, an ISEC code, an ISIN, or a former ticker
 */
export function instrumentsOf(
  all: readonly Instrument[],
  memberships: readonly MembershipRow[] = [],
): Instruments {
  const bySymbol = uniqueBy('symbol', all, ({ symbol }) => [symbol]);
  const byCode = uniqueBy('ISEC code', all, ({ isecCode }) => [isecCode]);
  const byIsin = uniqueBy('ISIN', all, ({ isin, formerIsins }) => [
    isin,
    ...formerIsins.map((former) => former.isin),
  ]);
  const byFormer = uniqueBy('former ticker', all, ({ formerly }) =>
    formerly.map((former) => former.symbol),
  );
  const universes = [...new Set(memberships.map(({ universe }) => universe))].toSorted();
  return {
    all,
    universes,
    find: (symbol) => bySymbol.get(symbol),
    current(symbol, day) {
      const former = byFormer.get(symbol);
      if (former === undefined) return symbol;
      const until = former.formerly.find((one) => one.symbol === symbol)?.until;
      const then = day !== undefined && until !== undefined && day < until;
      return then || !bySymbol.has(symbol) ? former.symbol : symbol;
    },
    byIsecCode: (code) => byCode.get(code),
    byIsin: (isin) => byIsin.get(isin),
    members(universe, day) {
      const rows = memberships.filter((row) => row.universe === universe);
      const snapshots = [...new Set(rows.map(({ asOf }) => asOf))].toSorted();
      const asOf = snapshots.findLast((month) => month <= day.slice(0, 7)) ?? snapshots[0];
      if (asOf === undefined)
        throw new InputError(
          `there is no universe "${universe}"; known are "${universes.join('", "')}"`,
        );
      const members = rows.filter(
        (row) => row.asOf === asOf && (row.from === undefined || row.from <= day),
      );
      return { universe, asOf, symbols: members.map(({ symbol }) => symbol).toSorted() };
    },
    nearest: (name, others = []) =>
      nearestSymbols(name, [...bySymbol.keys(), ...byFormer.keys(), ...others]),
  };
}

/**
 * What is wrong with a symbol that has neither an instrument nor bars: a sentence with the names
 * that may be meant. Undefined where it has one of them.
 *
 * @param onDisk - symbols that have bars
 */
export function unknownSymbol(
  instruments: Pick<Instruments, 'find' | 'nearest'>,
  symbol: string,
  onDisk: Iterable<string>,
): string | undefined {
  const known = new Set(onDisk);
  if (known.has(symbol) || instruments.find(symbol) !== undefined) return undefined;
  const meant = meantWords(instruments.nearest(symbol, known));
  return `"${symbol}" is neither a known instrument nor a symbol with bars${meant}`;
}

function uniqueBy(
  what: string,
  all: readonly Instrument[],
  keysOf: (instrument: Instrument) => readonly (string | undefined)[],
): ReadonlyMap<string, Instrument> {
  const found = new Map<string, Instrument>();
  for (const one of all)
    for (const key of keysOf(one)) {
      if (key === undefined) continue;
      const other = found.get(key);
      if (other !== undefined)
        throw new DataError(
          `${what} "${key}" is that of "${other.symbol}" and of "${one.symbol}"; it can be one's only`,
        );
      found.set(key, one);
    }
  return found;
}
