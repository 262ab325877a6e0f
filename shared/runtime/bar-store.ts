import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError, InputError } from '../contracts/errors.ts';
import type { PlannedSeries } from '../contracts/plan.ts';
import type { Interval, TradingDay } from '../contracts/time.ts';
import { checkedBars, type Bars } from '../domain/market/bars.ts';
import { dayOf } from '../domain/market/exchange-time.ts';
import { isSymbol } from '../domain/market/instruments.ts';
import { columnsOf, mergedBars, revisionOf } from '../domain/market/merged-bars.ts';
import { commitHead, headVersions, readHead, type Head } from './bar-heads.ts';
import { readSegment, writeSegment } from './bar-segments.ts';
import type { DataRoot } from './data-root.ts';
import { codeOf, named } from './files.ts';
import { keptBars } from './kept-bars.ts';

/** How a source treated corporate actions, best first: raw bars are preferred. */
export const adjustments = ['raw', 'vendor', 'unknown'] as const;
export type Adjustment = (typeof adjustments)[number];

/** Whose bars of what: one folder of the store. */
export interface BarSeries {
  readonly symbol: string;
  readonly interval: Interval;
  /** Lower-case name of the source, e.g. `csv`. */
  readonly source: string;
  readonly adjustment: Adjustment;
}

/** A series as it stands now: reading it gives the same bars for ever. */
export interface SeriesPin extends PlannedSeries {
  /** Days of the first and of the last bar. */
  readonly first: TradingDay;
  readonly last: TradingDay;
  readonly rows: number;
}

/** What an append did. */
export interface AppendResult {
  /** The segment written; absent where nothing was new. */
  readonly segment?: string;
  /** Bars of the series now. */
  readonly rows: number;
  readonly added: number;
  readonly changed: number;
}

/** Bars on disk, as received: segments are immutable and never lost sight of half-written. */
export interface BarStore {
  /** Symbols that have bars of an interval, in order of the alphabet. */
  symbols(interval: Interval): Promise<readonly string[]>;
  /**
   * The series of a symbol as it stands: raw where there is one, else vendor, else unknown.
   *
   * @throws DataError if the list of its segments is damaged
   */
  series(symbol: string, interval: Interval): Promise<SeriesPin | undefined>;
  /**
   * Reads exactly the pinned segments. What was read is kept in memory for a while: do not write to
   * the columns.
   *
   * @throws DataError naming the file and the remedy, if a segment is missing or damaged
   */
  read(pin: PlannedSeries): Promise<Bars>;
  /**
   * Adds what is new in `bars` to a series; where a bar differs, the new one stands from now on.
   * Safe to repeat and to run beside another writer. Damaged segments are left out of the series
   * from now on, so that importing again mends it.
   *
   * @throws InputError if the symbol cannot be one, or there are no bars
   * @throws DataError if the bars are unsound
   * @throws LaneError if the disk is full; then nothing has changed
   */
  append(series: BarSeries, bars: Bars): Promise<AppendResult>;
  /** Forgets what was kept in memory. */
  close(): void;
}

type SeriesName = Pick<PlannedSeries, 'symbol' | 'interval' | 'series'>;

/** Opens the bars of a data root. */
export function openBarStore(root: DataRoot): BarStore {
  const scratch = path.join(root.path, 'tmp');
  const intervalFolder = (interval: Interval): string => path.join(root.path, 'bars', interval);
  const folderOf = ({ symbol, interval, series }: SeriesName): string =>
    path.join(intervalFolder(interval), symbol, series);
  const kept = keptBars();

  return {
    async symbols(interval) {
      const symbols: string[] = [];
      for (const symbol of (await namesIn(intervalFolder(interval))).filter(isSymbol))
        for (const series of await namesIn(path.join(intervalFolder(interval), symbol)))
          if ((await headVersions(folderOf({ symbol, interval, series }))).length > 0) {
            symbols.push(symbol);
            break;
          }
      return symbols.sort();
    },

    async series(symbol, interval) {
      if (!isSymbol(symbol)) return undefined;
      const found = await namesIn(path.join(intervalFolder(interval), symbol));
      for (const adjustment of adjustments)
        for (const series of found.filter((name) => name.endsWith(`-${adjustment}`)).sort()) {
          const folder = folderOf({ symbol, interval, series });
          const version = (await headVersions(folder)).at(-1);
          if (version === undefined) continue;
          const { segments, first, last, rows } = await readHead(folder, version);
          return { symbol, interval, series, adjustment, segments, first, last, rows };
        }
      return undefined;
    },

    async read(pin) {
      const name = [pin.symbol, pin.interval, pin.series, ...pin.segments].join('/');
      const found = kept.get(name);
      if (found !== undefined) return found;
      let bars = noBars(pin.symbol, pin.interval);
      for (const segment of pin.segments)
        bars = mergedBars(
          bars,
          await readSegment(folderOf(pin), segment, pin.symbol, pin.interval),
        );
      kept.set(name, bars);
      return bars;
    },

    async append({ symbol, interval, source, adjustment }, bars) {
      if (!isSymbol(symbol)) throw new InputError(`"${symbol}" cannot be a symbol`);
      if (checkedBars(bars).ts.length === 0) throw new InputError(`"${symbol}" brings no bars`);
      const folder = folderOf({ symbol, interval, series: `${source}-${adjustment}` });
      return await named(root.path, async () => {
        for (;;) {
          const { version, segments, damaged, known } = await soundPart(folder, symbol, interval);
          const { bars: revised, added, changed } = revisionOf(known, bars);
          const isNew = revised.ts.length > 0;
          if (!isNew && !damaged) return { rows: known.ts.length, added, changed };
          const segment = isNew ? await writeSegment(folder, scratch, revised) : undefined;
          const merged = mergedBars(known, revised);
          const rows = merged.ts.length;
          const head: Head = {
            schema: 1,
            segments: [
              ...segments.filter((name) => name !== segment),
              ...(segment ? [segment] : []),
            ],
            rows,
            first: dayOf(merged.ts[0]),
            last: dayOf(merged.ts[rows - 1]),
          };
          if (await commitHead(folder, scratch, version, head))
            return { ...(segment ? { segment } : {}), rows, added, changed };
        }
      });
    },

    close: () => kept.clear(),
  };
}

/** What can be read of a series, where some of it may be damaged. */
interface SoundPart {
  /** The newest version of the head, sound or not; 0 where there is none. */
  readonly version: number;
  readonly segments: readonly string[];
  readonly damaged: boolean;
  /** The segments' bars. */
  readonly known: Bars;
}

async function soundPart(folder: string, symbol: string, interval: Interval): Promise<SoundPart> {
  const versions = await headVersions(folder);
  const version = versions.at(-1) ?? 0;
  const segments: string[] = [];
  let damaged = false;
  let known = noBars(symbol, interval);
  const ifSound = async <T>(reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      damaged = true;
      return undefined;
    }
  };
  let head: Head | undefined;
  for (const older of versions.reverse()) {
    head = await ifSound(readHead(folder, older));
    if (head !== undefined) break;
  }
  for (const name of head?.segments ?? []) {
    const segment = await ifSound(readSegment(folder, name, symbol, interval));
    if (segment === undefined) continue;
    segments.push(name);
    known = mergedBars(known, segment);
  }
  return { version, segments, damaged, known };
}

function noBars(symbol: string, interval: Interval): Bars {
  return { symbol, interval, ...columnsOf(() => new Float64Array(0)) };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
