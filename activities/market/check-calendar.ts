import { InputError } from '../../shared/contracts/errors.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import {
  calendarComparison,
  daysOf,
  type CalendarComparison,
  type SeriesDays,
} from '../../shared/domain/market/calendar/calendar-check.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import { intervalOfGap, usualGapMs } from '../../shared/domain/market/calendar/interval.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { findBarFiles } from '../../shared/runtime/sources/csv-tree.ts';
import { readBarsCsv, type FileFault } from '../../shared/runtime/sources/csv.ts';
import type { World } from '../../shared/runtime/world.ts';

/** How bars agree with the calendar. */
export interface CalendarCheck {
  readonly compared: readonly (CalendarComparison & { readonly interval: Interval })[];
  /** Rows and files that could not be read and were left out of the comparison. */
  readonly faults: readonly FileFault[];
}

type CheckWorld = Pick<World, 'bars' | 'calendar' | 'instruments'>;
type Series = readonly [interval: Interval, SeriesDays];

/**
 * Compares the calendar with bars: with all series of the store, or with CSV files that are not
 * imported. Reads and writes nothing else.
 *
 * @param path - a folder or file as `importBars` takes it; the store where absent
 * @throws InputError if there are no bars
 * @throws DataError if bars of the store are damaged
 */
export async function checkCalendar(world: CheckWorld, path?: string): Promise<CalendarCheck> {
  const faults: FileFault[] = [];
  const series =
    path === undefined ? await storedSeries(world) : await seriesOfFiles(world, path, faults);
  if (series.length === 0 && faults.length === 0)
    throw new InputError(
      'there are no bars to compare the calendar with; import some, or name a folder of CSV files',
    );
  const compared = intervals.flatMap((interval) => {
    const own = series.flatMap(([its, days]) => (its === interval ? [days] : []));
    if (own.length === 0) return [];
    return [{ interval, ...calendarComparison(own, interval, world.calendar) }];
  });
  return { compared, faults };
}

async function storedSeries(world: CheckWorld): Promise<Series[]> {
  const found: Series[] = [];
  for (const interval of intervals)
    for (const symbol of await world.bars.symbols(interval)) {
      const pin = await world.bars.series(symbol, interval);
      if (pin !== undefined)
        found.push([interval, seriesDays(world, symbol, await world.bars.read(pin))]);
    }
  return found;
}

async function seriesOfFiles(
  world: CheckWorld,
  path: string,
  faults: FileFault[],
): Promise<Series[]> {
  const found: Series[] = [];
  const { symbols, misnamed } = await findBarFiles(path);
  for (const file of misnamed)
    faults.push({ file, line: 1, message: "the name is no symbol's or day's" });
  for (const { symbol, interval: named, files } of symbols) {
    const bars = await readBarsCsv(files);
    faults.push(...bars.faults);
    if (bars.ts.length === 0) continue;
    const gap = usualGapMs(bars.ts);
    const interval = named ?? (gap === undefined ? undefined : intervalOfGap(gap));
    if (interval === undefined)
      faults.push({ file: files[0].path, line: 1, message: 'the bars are of no known interval' });
    else found.push([interval, seriesDays(world, symbol, bars)]);
  }
  return found;
}

function seriesDays(
  { instruments }: CheckWorld,
  symbol: string,
  bars: Pick<Bars, 'ts' | 'volume'>,
): SeriesDays {
  const instrument = instruments.find(instruments.current(symbol));
  return {
    symbol,
    instrumentClass: classOf(instrument),
    isIndex: instrument?.kind === 'index',
    days: daysOf(bars),
  };
}
