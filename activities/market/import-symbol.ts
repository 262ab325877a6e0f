import { addDays } from '../../shared/contracts/time.ts';
import { dayOf } from '../../shared/domain/market/calendar/exchange-time.ts';
import { classOf } from '../../shared/domain/market/instruments/instruments.ts';
import {
  intervalMs,
  intervalOfGap,
  usualGapMs,
} from '../../shared/domain/market/calendar/interval.ts';
import { judgedBars } from '../../shared/domain/market/bars/received-bars.ts';
import { soundBars, type Receipt } from '../../shared/runtime/bars/bar-receipt.ts';
import type { BarSeries } from '../../shared/runtime/bars/bar-store.ts';
import type { SymbolFiles } from '../../shared/runtime/sources/csv-tree.ts';
import { readBarsCsv } from '../../shared/runtime/sources/csv.ts';
import type { World } from '../../shared/runtime/world.ts';
import { refusedSymbol, type SymbolImport } from './import-report.ts';

/**
 * Brings in one symbol's files, whole or, for a single bad row, not at all; under its current
 * ticker, whatever the files call it.
 */
export async function importSymbol(
  world: Pick<World, 'bars' | 'calendar' | 'instruments'>,
  files: SymbolFiles,
  series: Omit<BarSeries, 'symbol'>,
  receipt: Receipt,
): Promise<SymbolImport> {
  const symbol = world.instruments.current(files.symbol);
  const result = await importCurrent(world, { ...files, symbol }, series, receipt);
  return symbol === files.symbol ? result : { ...result, formerly: files.symbol };
}

async function importCurrent(
  { bars: store, calendar, instruments }: Pick<World, 'bars' | 'calendar' | 'instruments'>,
  { symbol, files, interval: named }: SymbolFiles,
  series: Omit<BarSeries, 'symbol'>,
  receipt: Receipt,
): Promise<SymbolImport> {
  const { interval } = series;
  const read = await readBarsCsv(files);
  const rows = read.ts.length + read.faults.length;
  const whole = (message: string): SymbolImport =>
    refusedSymbol(symbol, rows, [{ file: files[0].path, line: 1, message }]);

  const gap = usualGapMs(read.ts);
  if (named === undefined && gap !== undefined && intervalOfGap(gap) !== interval)
    return whole(
      `most bars lie "${gap / intervalMs['1m']}" minutes apart; expected bars of "${interval}"`,
    );
  const { bars, faults, auctionRows } = judgedBars(
    { ...read, symbol, interval },
    calendar,
    classOf(instruments.find(symbol)),
  );
  const all = [...read.faults, ...faults.map(({ row, message }) => ({ ...read.at(row), message }))];
  if (all.length > 0) return refusedSymbol(symbol, rows, all);
  const n = bars.ts.length;
  if (n === 0) return whole('the file holds no bars of continuous trading');

  const { added, changed } = await store.append({ ...series, symbol }, soundBars(bars), receipt);
  return {
    symbol,
    outcome: added + changed > 0 ? 'imported' : 'unchanged',
    rows,
    from: dayOf(bars.ts[0]),
    to: addDays(dayOf(bars.ts[n - 1]), 1),
    ...(auctionRows > 0 ? { auctionRows } : {}),
  };
}
