import type { PlannedSeries } from '../../contracts/plan.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import { firstAtOrAfter, sliceBars, type Bars } from '../../domain/market/bars/bars.ts';
import { dayStart } from '../../domain/market/calendar/exchange-time.ts';
import type { BarStore } from './bar-store.ts';

/** A pinned series as far as it may be read: bars of the as-of day and before, and nothing later. */
export async function barsUntil(
  store: BarStore,
  series: PlannedSeries,
  asOf: TradingDay,
): Promise<Bars> {
  const bars = await store.read(series);
  const end = firstAtOrAfter(bars, dayStart(addDays(asOf, 1)));
  return end === bars.ts.length ? bars : sliceBars(bars, 0, end);
}
