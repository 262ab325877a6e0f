import type { TradingDay } from '../../../contracts/time.ts';
import type { InstrumentClass } from '../calendar/calendar.ts';

/** A ticker that an instrument no longer has. */
export interface FormerTicker {
  readonly symbol: string;
  /** The first day on which it no longer had it. */
  readonly until: TradingDay;
}

/** What identified an instrument's shares before a split. */
export interface FormerIsin {
  readonly isin: string;
  /** Rupees a share. */
  readonly faceValue: number;
  /** The first day on which it no longer did. */
  readonly until: TradingDay;
}

/** What is known of a symbol, whether it has bars or not. */
export interface Instrument {
  /** The current ticker. */
  readonly symbol: string;
  /** An index is context and never trained. */
  readonly kind: 'equity' | 'index';
  readonly name: string;
  /** Industry as the exchange names it; absent where unknown. */
  readonly sector?: string;
  readonly isin?: string;
  /** ICICI's code, by which its interfaces name the instrument; it survives a rename. */
  readonly isecCode?: string;
  /** ICICI's number of the instrument at the exchange. */
  readonly token?: number;
  /** Rupees a share. */
  readonly faceValue?: number;
  /** First day of trading; a symbol without one counts as listed before its windows. */
  readonly listed?: TradingDay;
  /** First day without trading, for good. */
  readonly delisted?: TradingDay;
  /** Whether futures on it trade: such stocks have a closing auction since 2026-08-03. */
  readonly derivatives: boolean;
  /** Earlier tickers, oldest first. */
  readonly formerly: readonly FormerTicker[];
  /** Earlier ISINs, oldest first. */
  readonly formerIsins: readonly FormerIsin[];
  /** Whose facts these are, and the month they are of, `YYYY-MM`. */
  readonly source: string;
  readonly asOf: string;
}

/** The hours that an instrument keeps; those of stocks with derivatives where it is unknown. */
export function classOf(instrument: Instrument | undefined): InstrumentClass {
  return instrument === undefined || instrument.derivatives ? 'derivatives' : 'cash';
}

/** How an instrument was named on one day, as far as that is known. */
export interface Identity {
  readonly symbol: string;
  readonly isin?: string;
  /** Rupees a share. */
  readonly faceValue?: number;
}

/** Ticker, ISIN and face value of an instrument on `day`. */
export function identityOn(instrument: Instrument, day: TradingDay): Identity {
  const { isin, faceValue } = instrument.formerIsins.find(({ until }) => day < until) ?? instrument;
  return {
    symbol: (instrument.formerly.find(({ until }) => day < until) ?? instrument).symbol,
    ...(isin === undefined ? {} : { isin }),
    ...(faceValue === undefined ? {} : { faceValue }),
  };
}

/** Whether `text` can be a symbol: a ticker of the exchange, and safe as the name of a folder. */
export function isSymbol(text: string): boolean {
  return /^[A-Z0-9][A-Z0-9&._-]{0,39}$/.test(text);
}

/**
 * Known names that somebody who wrote `name` may have meant.
 *
 * @param known - names to choose from
 * @returns at most three that begin alike or lie within two slips of the keyboard, nearest first
 */
export function nearestSymbols(name: string, known: Iterable<string>): string[] {
  const asked = name.toUpperCase();
  const slips = asked.length < 5 ? 1 : 2;
  const ranked: (readonly [rank: number, symbol: string])[] = [];
  for (const symbol of new Set(known)) {
    const distance = editDistance(asked, symbol);
    const beginsAlike =
      Math.min(asked.length, symbol.length) >= 3 &&
      (symbol.startsWith(asked) || asked.startsWith(symbol));
    if (beginsAlike || distance <= slips) ranked.push([distance, symbol]);
  }
  ranked.sort(([a, left], [b, right]) => a - b || (left < right ? -1 : 1));
  return ranked.slice(0, 3).map(([, symbol]) => symbol);
}

/** What to ask after naming a symbol nobody knows; empty where no known name is near it. */
export function meantWords(near: readonly string[]): string {
  return near.length === 0 ? '' : `; did you mean "${near.join('", "')}"?`;
}

/** Insertions, deletions and replacements from `a` to `b` (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}
