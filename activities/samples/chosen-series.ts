import { addDays, type Interval, type TradingDay } from '../../shared/contracts/time.ts';
import type { ClassSpan } from '../../shared/domain/market/calendar/calendar.ts';
import { seriesCoverage } from '../../shared/domain/market/coverage/coverage.ts';
import type { GridWindow } from '../../shared/domain/samples/windows.ts';
import type { SeriesPin } from '../../shared/runtime/bars/bar-store.ts';
import type { World } from '../../shared/runtime/world.ts';

/** What a plan asks of a symbol's series. */
export interface SeriesQuery extends ClassSpan {
  readonly symbol: string;
  readonly interval: Interval;
  readonly minimumCoverage: number;
}

/**
 * The one series of a symbol that a plan reads: the first of raw, vendor and unknown that has enough
 * of the expected bars; where none has, the one that has most. Reads heads alone.
 *
 * @throws DataError if the head of a series is damaged
 */
export async function chosenSeries(
  { bars, calendar }: Pick<World, 'bars' | 'calendar'>,
  { symbol, interval, minimumCoverage, ...span }: SeriesQuery,
): Promise<SeriesPin | undefined> {
  const pins = (await bars.allSeries(symbol, interval)).filter(({ rows }) => rows > 0);
  if (pins.length < 2) return pins[0];
  const shares: number[] = [];
  for (const pin of pins) {
    const { coverage } = seriesCoverage(await bars.presence(pin), calendar, span);
    if (coverage >= minimumCoverage) return pin;
    shares.push(coverage);
  }
  return pins[shares.indexOf(Math.max(...shares))];
}

/** The days of the windows that are due, of a symbol listed at some day; empty where none is. */
export function dueSpan(
  grid: readonly GridWindow[],
  dueUntil: TradingDay,
  listed: TradingDay | undefined,
): { readonly from: TradingDay; readonly to: TradingDay } {
  const due = grid.flatMap(({ from, decisionDay }) =>
    decisionDay !== undefined && decisionDay <= dueUntil ? [{ from, decisionDay }] : [],
  );
  const to = addDays(due.at(-1)?.decisionDay ?? addDays(dueUntil, -1), 1);
  const from = due.at(0)?.from ?? to;
  const start = listed !== undefined && listed > from ? listed : from;
  return { from: start < to ? start : to, to };
}
