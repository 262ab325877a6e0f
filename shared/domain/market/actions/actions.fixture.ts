import type { TradingDay } from '../../../contracts/time.ts';
import type { CorporateAction } from './actions.ts';
import { firstAtOrAfter, type Bars } from '../bars/bars.ts';
import { dayStart } from '../calendar/exchange-time.ts';

/** A confirmed 5:1 split of `TEST` on 2024-01-04, and what a test says otherwise. */
export function action(options: Readonly<Partial<Record<keyof CorporateAction, unknown>>> = {}) {
  const split = {
    symbol: 'TEST',
    exDate: '2024-01-04',
    kind: 'split',
    priceFactor: 0.2,
    volumeFactor: 5,
    cash: 0,
    source: 'test',
    confirmed: true,
    knownAt: '2024-01-01',
    evidence: '',
  };
  return { ...split, ...options } as CorporateAction;
}

/** The same bars as the exchange prints them where actions fall: smaller prices, more shares. */
export function rawBars(bars: Bars, ...actions: readonly CorporateAction[]): Bars {
  const scaled = (column: Float64Array, factor: (one: CorporateAction) => number): Float64Array =>
    column.map((value, i) =>
      actions.reduce(
        (sum, one) => (i >= firstAtOrAfter(bars, dayStart(one.exDate)) ? sum * factor(one) : sum),
        value,
      ),
    );
  const price = (column: Float64Array): Float64Array =>
    scaled(column, ({ priceFactor }) => priceFactor);
  return {
    ...bars,
    open: price(bars.open),
    high: price(bars.high),
    low: price(bars.low),
    close: price(bars.close),
    volume: scaled(bars.volume, ({ volumeFactor }) => volumeFactor),
  };
}

/** A day, without ceremony. */
export const day = (text: string): TradingDay => text as TradingDay;
