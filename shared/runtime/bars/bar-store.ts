import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { PlannedSeries } from '../../contracts/plan.ts';
import { addDays, type Interval, type TradingDay } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import { isSymbol } from '../../domain/market/instruments/instruments.ts';
import { mergedBars } from '../../domain/market/bars/merged-bars.ts';
import type {
  EmptyAnswer,
  QuarantinedDay,
  SeriesPresence,
} from '../../domain/market/coverage/presence.ts';
import { noBars } from '../../domain/market/bars/stamped-bars.ts';
import { appendReceived, type AppendResult } from './bar-append.ts';
import { compactSeries, type Compaction } from './bar-compaction.ts';
import { headVersions, newestHead, type Head, type QuarantineFile } from './bar-heads.ts';
import { readHistory, type SeriesHistory } from './bar-history.ts';
import type { Receipt, Received } from './bar-receipt.ts';
import { readSegment, type SegmentPlace } from './bar-segments.ts';
import type { DataRoot } from '../data-root.ts';
import { codeOf, named } from '../files/files.ts';
import { keptLately } from '../compute/kept-lately.ts';

export type { AppendResult, Compaction, EmptyAnswer, Receipt, Received, SeriesHistory };

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
  /** Days of the first and of the last bar; where there are none, of what is known of it. */
  readonly first: TradingDay;
  readonly last: TradingDay;
  readonly rows: number;
}

/** Which series, whatever it holds now. */
export type SeriesName = Pick<PlannedSeries, 'symbol' | 'interval' | 'series'>;

/** Bars on disk, as received: segments are immutable and never lost sight of half-written. */
export interface BarStore {
  /** Symbols of which something is known at an interval, in order of the alphabet. */
  symbols(interval: Interval): Promise<readonly string[]>;
  /**
   * The series of a symbol that has bars, as it stands: raw where there is one, else vendor, else
   * unknown.
   *
   * @throws DataError if the list of its segments is damaged
   */
  series(symbol: string, interval: Interval): Promise<SeriesPin | undefined>;
  /**
   * Every series of a symbol, the preferred one first, those without bars last.
   *
   * @throws DataError if the list of a series' segments is damaged
   */
  allSeries(symbol: string, interval: Interval): Promise<readonly SeriesPin[]>;
  /**
   * Reads exactly the pinned segments. What was read is kept in memory for a while: do not write to
   * the columns.
   *
   * @throws DataError naming the file and the remedy, if a segment is missing or damaged
   */
  read(pin: PlannedSeries): Promise<Bars>;
  /**
   * Adds what is new of what was received to a series. Where bars meet, the one received later
   * stands and the other is kept as a revision. Bars may be empty where quarantined rows or answers
   * are not. Safe to repeat, to kill and to run beside another writer. Damaged segments are left out
   * of the series from now on, so that importing again mends it.
   *
   * @throws InputError if the symbol cannot be one, or nothing was received
   * @throws DataError if the bars are unsound
   * @throws LaneError if the disk is full; then nothing has changed
   */
  append(series: BarSeries, received: Received, receipt: Receipt): Promise<AppendResult>;
  /**
   * Merges the segments of a series into one and keeps what they superseded beside it. Pinned
   * segments stay where they are. Safe to repeat, to kill and to run beside writers.
   *
   * @throws DataError if a segment is damaged
   * @throws LaneError if the disk is full; then nothing has changed
   */
  compact(series: BarSeries): Promise<Compaction>;
  /**
   * What is known of a series without reading its bars.
   *
   * @throws DataError if there is no such series, or its list is damaged
   */
  presence(series: SeriesName): Promise<SeriesPresence>;
  /**
   * Every bar a series ever had, with the fetch and the time it came from, and the rows set aside.
   *
   * @throws DataError if there is no such series, or a part of it is damaged
   */
  history(series: SeriesName): Promise<SeriesHistory>;
  /** Forgets what was kept in memory. */
  close(): void;
}

/** Opens the bars of a data root. */
export function openBarStore(root: DataRoot): BarStore {
  const scratch = path.join(root.path, 'tmp');
  const intervalFolder = (interval: Interval): string => path.join(root.path, 'bars', interval);
  const placeOf = ({ symbol, interval, series }: SeriesName): SegmentPlace => {
    if (!isSymbol(symbol)) throw new InputError(`"${symbol}" cannot be a symbol`);
    return {
      symbol,
      interval,
      folder: path.join(intervalFolder(interval), symbol, series),
      scratch,
    };
  };
  const placeFor = ({ source, adjustment, ...series }: BarSeries): SegmentPlace =>
    placeOf({ ...series, series: `${source}-${adjustment}` });
  // A million bars are 48 MB.
  const kept = keptLately<Bars>(1_000_000, ({ ts }) => ts.length);

  async function allSeries(symbol: string, interval: Interval): Promise<readonly SeriesPin[]> {
    if (!isSymbol(symbol)) return [];
    const found = await namesIn(path.join(intervalFolder(interval), symbol));
    const ordered = adjustments.flatMap((adjustment) =>
      found
        .filter((series) => series.endsWith(`-${adjustment}`))
        .toSorted()
        .map((series) => ({ symbol, interval, series, adjustment })),
    );
    const pins = await Promise.all(
      ordered.map(async (series) => {
        const head = await newestHead(placeOf(series).folder);
        return head === undefined ? [] : [pinOf({ ...series, segments: head.segments }, head)];
      }),
    );
    return pins.flat().toSorted((a, b) => Number(a.rows === 0) - Number(b.rows === 0));
  }

  return {
    allSeries,

    async symbols(interval) {
      const hasSeries = async (symbol: string): Promise<boolean> => {
        for (const series of await namesIn(path.join(intervalFolder(interval), symbol)))
          if ((await headVersions(placeOf({ symbol, interval, series }).folder)).length > 0)
            return true;
        return false;
      };
      const found = (await namesIn(intervalFolder(interval))).filter(isSymbol).sort();
      const known = await Promise.all(found.map(hasSeries));
      return found.filter((_, index) => known[index]);
    },

    async series(symbol, interval) {
      return (await allSeries(symbol, interval)).find(({ rows }) => rows > 0);
    },

    async read(pin) {
      const name = [pin.symbol, pin.interval, pin.series, ...pin.segments].join('/');
      const found = kept.get(name);
      if (found !== undefined) return found;
      let bars = noBars(pin.symbol, pin.interval);
      for (const segment of pin.segments)
        bars = mergedBars(bars, await readSegment(placeOf(pin), segment));
      kept.set(name, bars);
      return bars;
    },

    append: (series, received, receipt) =>
      named(root.path, () => appendReceived(placeFor(series), received, receipt)),

    compact: (series) => named(root.path, () => compactSeries(placeFor(series))),

    async presence(series) {
      const { days, quarantine, answers, revisions } = await existing(placeOf(series));
      return {
        interval: series.interval,
        days,
        quarantined: quarantinedByDay(quarantine),
        answers,
        revisions,
      };
    },

    history: async (series) => {
      const place = placeOf(series);
      return await readHistory(place, await existing(place));
    },

    close: () => kept.clear(),
  };
}

async function existing({ folder, symbol, interval }: SegmentPlace): Promise<Head> {
  const head = await newestHead(folder);
  if (head !== undefined) return head;
  throw new DataError(`there is no series of "${symbol}" "${interval}" in "${folder}"`, { folder });
}

function pinOf(series: PlannedSeries, { days, quarantine, answers }: Head): SeriesPin {
  const rows = days.bars.reduce((sum, bars) => sum + bars, 0);
  const spans =
    rows > 0
      ? [{ from: days.from, to: addDays(days.from, days.bars.length) }]
      : [
          ...answers,
          ...quarantine.flatMap((file) =>
            file.days.map(({ day }) => ({ from: day, to: addDays(day, 1) })),
          ),
        ];
  const first = spans.map(({ from }) => from).toSorted()[0] ?? days.from;
  const end = spans
    .map(({ to }) => to)
    .toSorted()
    .at(-1);
  return { ...series, first, last: end === undefined ? first : addDays(end, -1), rows };
}

function quarantinedByDay(files: readonly QuarantineFile[]): QuarantinedDay[] {
  const counts = new Map<TradingDay, number>();
  for (const { day, bars } of files.flatMap(({ days }) => days))
    counts.set(day, (counts.get(day) ?? 0) + bars);
  return Array.from(counts, ([day, bars]) => ({ day, bars })).sort((a, b) =>
    a.day < b.day ? -1 : 1,
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
    throw error;
  }
}
