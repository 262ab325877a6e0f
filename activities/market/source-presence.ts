import { intervals, type TradingDay } from '../../shared/contracts/time.ts';
import type { DayCounts } from '../../shared/domain/market/coverage/presence.ts';
import type { KnownPresence } from '../../shared/domain/market/coverage/shortages.ts';
import type { BarSeries } from '../../shared/runtime/bars/bar-store.ts';
import type { World } from '../../shared/runtime/world.ts';

const noDays: DayCounts = { from: '1970-01-01' as TradingDay, bars: [] };

/** What is known of one source's series, without reading its bars; nothing where there is none. */
export async function knownPresence(
  { bars }: Pick<World, 'bars'>,
  { symbol, interval, source, adjustment }: BarSeries,
): Promise<KnownPresence> {
  const series = `${source}-${adjustment}`;
  const pins = await bars.allSeries(symbol, interval);
  const pin = pins.find((one) => one.series === series);
  return pin === undefined ? { interval, days: noDays, answers: [] } : await bars.presence(pin);
}

/** The first day on which a source has a bar of a symbol, at any interval. */
export async function firstDay(
  world: Pick<World, 'bars'>,
  series: BarSeries,
): Promise<TradingDay | undefined> {
  const firsts: TradingDay[] = [];
  for (const interval of intervals) {
    const { days } = await knownPresence(world, { ...series, interval });
    if (days.bars.length > 0) firsts.push(days.from);
  }
  return firsts.toSorted()[0];
}
