import path from 'node:path';
import { addDays, type EpochMs, type TradingDay } from '../../contracts/time.ts';
import { bars } from '../../domain/market/bars/bars.fixture.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import { soundBars, type Receipt } from './bar-receipt.ts';
import type { AppendResult, BarSeries, BarStore, SeriesPin } from './bar-store.ts';
import type { DataRoot } from '../data-root.ts';

/** The series that tests of the store write. */
export const vendor: BarSeries = {
  symbol: 'M&M',
  interval: '1d',
  source: 'csv',
  adjustment: 'vendor',
};

/** Its name. */
export const vendorName = { symbol: 'M&M', interval: '1d', series: 'csv-vendor' } as const;

/** Its folder. */
export const folderOf = (root: DataRoot): string => path.join(root.path, 'bars/1d/M&M/csv-vendor');

/** Calendar days one after the other. */
export const daysFrom = (first: string, count: number): TradingDay[] =>
  Array.from({ length: count }, (_, i) => addDays(first as TradingDay, i));

/** Daily bars of M&M that open as they close, a calendar day each from `first` on. */
export const dailyBars = (first: string, close: readonly number[]): Bars =>
  bars({ symbol: 'M&M', open: close, close, days: daysFrom(first, close.length) });

/** A second of 2024-02-01, counted from noon. */
export const second = (n: number): EpochMs =>
  (Date.parse('2024-02-01T12:00:00+05:30') + n * 1000) as EpochMs;

/** A fetch and the second in which it was received. */
export const receipt = (n: number): Receipt => ({ fetch: `import/${n}`, receivedAt: second(n) });

const receipts = (function* (): Generator<Receipt> {
  for (let n = 0; ; n++) yield receipt(n);
})();

/** Adds sound bars to a series, each time a second later than the time before. */
export const append = (store: BarStore, series: BarSeries, added: Bars): Promise<AppendResult> =>
  store.append(series, soundBars(added), receipts.next().value);

/** A pin that must be there. */
export const pinned = (pin: SeriesPin | undefined): SeriesPin => {
  if (pin === undefined) throw new Error('there is no such series');
  return pin;
};
