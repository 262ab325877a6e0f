import type { PlannedAction } from '../../../contracts/plan.ts';
import { barColumns, firstAtOrAfter, type Bars } from '../bars/bars.ts';
import { dayStart } from '../calendar/exchange-time.ts';

/** Bars of one series by index, `[start, end)`. */
export interface BarRange {
  readonly start: number;
  readonly end: number;
}

/**
 * The actions that change something inside rows `[start, end)`: those whose ex-date's bar comes after
 * the first row. An action at the first row or before scales every row alike, which is nothing.
 *
 * @returns the same actions in the same order, fewer of them
 */
export function actionsWithin<T extends Pick<PlannedAction, 'exDate'>>(
  actions: readonly T[],
  bars: Bars,
  { start, end }: BarRange,
): T[] {
  return actions.filter(({ exDate }) => {
    const at = firstAtOrAfter(bars, dayStart(exDate));
    return at > start && at < end;
  });
}

/**
 * Raw bars as if nothing but trading had moved them, on the scale of their first bar: from an
 * action's ex-date on, prices are divided by its price factor and volumes by its volume factor.
 *
 * Forward, so that a bar is changed by actions of its own day and before, and by nothing later: the
 * value at t is the same on `bars[..t]`. Dividends leave prices as they are and come back as cash.
 *
 * @param bars - n raw bars of one symbol
 * @param actions - confirmed actions of the symbol, in any order
 * @returns n bars; the same ones where no action lies inside them
 */
export function adjustedBars(bars: Bars, actions: readonly PlannedAction[]): Bars {
  const n = bars.ts.length;
  const inside = actionsWithin(actions, bars, { start: 0, end: n });
  if (inside.length === 0) return bars;
  const price = new Float64Array(n).fill(1);
  const volume = new Float64Array(n).fill(1);
  for (const { exDate, priceFactor, volumeFactor } of inside)
    for (let i = firstAtOrAfter(bars, dayStart(exDate)); i < n; i++) {
      price[i] *= priceFactor;
      volume[i] *= volumeFactor;
    }
  const columns = Object.fromEntries(
    barColumns
      .filter((name) => name !== 'ts')
      .map((name) => {
        const factor = name === 'volume' ? volume : price;
        return [name, bars[name].map((value, i) => value / factor[i])];
      }),
  ) as Pick<Bars, 'open' | 'high' | 'low' | 'close' | 'volume'>;
  const { symbol, interval, ts } = bars;
  const cash = cashColumn(bars, inside, price);
  return { symbol, interval, ts, ...columns, ...(cash === undefined ? {} : { cash }) };
}

/** Rupees a share that go ex at each bar, on the adjusted scale; undefined where there are none. */
function cashColumn(
  bars: Bars,
  actions: readonly PlannedAction[],
  price: Float64Array,
): Float64Array | undefined {
  const paying = actions.filter(({ cash }) => cash > 0);
  if (paying.length === 0) return undefined;
  const cash = new Float64Array(bars.ts.length);
  for (const action of paying) {
    const at = firstAtOrAfter(bars, dayStart(action.exDate));
    cash[at] += action.cash / price[at];
  }
  return cash;
}

/** Below this, what an action does to the price is lost among the gaps of ordinary mornings. */
const visibleLog = 0.03;

/**
 * Whether raw bars show an action: the first open from the ex-date on lies nearer to what the action
 * makes of the close before it than to that close. Bars that do not show a confirmed action were
 * adjusted by somebody already, or never saw it (a simulated exchange); adjusting them would make the
 * very jump that it is to mend.
 *
 * @returns true also where nothing can be seen: no bar before the ex-date, or a factor near 1
 */
export function showsAction(bars: Bars, action: PlannedAction): boolean {
  const factor = Math.log(action.priceFactor);
  const at = firstAtOrAfter(bars, dayStart(action.exDate));
  if (Math.abs(factor) < visibleLog || at === 0 || at === bars.ts.length) return true;
  const gap = Math.log(bars.open[at] / bars.close[at - 1]);
  return Math.abs(gap - factor) < Math.abs(gap);
}
