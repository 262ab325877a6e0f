import type { TradingDay } from '../../contracts/time.ts';

/** What is known of a symbol, whether it has bars or not. */
export interface Instrument {
  readonly symbol: string;
  /** An index is context and never trained. */
  readonly kind: 'equity' | 'index';
  readonly name: string;
  /** Industry as the exchange names it; absent where unknown. */
  readonly sector?: string;
  readonly isin?: string;
  /** First day of trading; a symbol without one counts as listed before its windows. */
  readonly listed?: TradingDay;
  /** Whose facts these are, and the month they are of, `YYYY-MM`. */
  readonly source: string;
  readonly asOf: string;
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
