import { barColumns, type Bars } from './bars.ts';

/**
 * Two stretches of one series as one; where times meet, the newer bar stands.
 *
 * @param older - bars of a symbol and interval
 * @param newer - bars of the same symbol and interval
 */
export function mergedBars(older: Bars, newer: Bars): Bars {
  if (newer.ts.length === 0) return older;
  if (older.ts.length === 0) return newer;
  const merged = emptyBars(older, older.ts.length + newer.ts.length);
  let n = 0;
  for (let i = 0, j = 0; i < older.ts.length || j < newer.ts.length; n++) {
    const takeNewer = i === older.ts.length || newer.ts[j] <= older.ts[i];
    const from = takeNewer ? newer : older;
    const at = takeNewer ? j : i;
    for (const name of barColumns) merged[name][n] = from[name][at];
    if (takeNewer && newer.ts[j] === older.ts[i]) i++;
    if (takeNewer) j++;
    else i++;
  }
  return { ...merged, ...columnsOf((name) => merged[name].slice(0, n)) };
}

/** What received bars add to known ones. */
export interface BarRevision {
  /** The bars that are new or differ; nothing else needs storing. */
  readonly bars: Bars;
  /** Bars at times that had none. */
  readonly added: number;
  /** Bars that differ from what was known at their time. */
  readonly changed: number;
}

/** Compares received bars with those known of the same symbol and interval. */
export function revisionOf(known: Bars, received: Bars): BarRevision {
  const rows: number[] = [];
  let added = 0;
  let i = 0;
  for (let j = 0; j < received.ts.length; j++) {
    while (i < known.ts.length && known.ts[i] < received.ts[j]) i++;
    const isKnown = known.ts[i] === received.ts[j];
    if (isKnown && barColumns.every((name) => known[name][i] === received[name][j])) continue;
    if (!isKnown) added++;
    rows.push(j);
  }
  return { bars: pickedBars(received, rows), added, changed: rows.length - added };
}

/** The bars at some indices, ascending and each once; the same columns where that is all of them. */
export function pickedBars(bars: Bars, rows: readonly number[]): Bars {
  const { symbol, interval } = bars;
  const isAll = rows.length === bars.ts.length;
  return {
    symbol,
    interval,
    ...columnsOf((name) =>
      isAll ? bars[name] : Float64Array.from(rows, (row) => bars[name][row]),
    ),
  };
}

/** Columns of `n` zeros to be filled, with the symbol and interval of `like`. */
function emptyBars(like: Bars, n: number): Bars {
  const { symbol, interval } = like;
  return { symbol, interval, ...columnsOf(() => new Float64Array(n)) };
}

/** One column for each name. */
export function columnsOf<T>(
  make: (name: (typeof barColumns)[number]) => T,
): Record<(typeof barColumns)[number], T> {
  const columns = barColumns.map((name) => [name, make(name)] as const);
  return Object.fromEntries(columns) as Record<(typeof barColumns)[number], T>;
}
