import type { TradingDay } from '../../contracts/time.ts';
import type { Bars } from '../../domain/market/bars/bars.ts';
import type { MarketMove } from '../../domain/market/actions/detector.ts';
import { marketMove } from '../../domain/market/actions/market-move.ts';
import { barsUntil } from '../bars/bars-until.ts';
import type { BarStore } from '../bars/bar-store.ts';
import type { Instruments } from './reference.ts';

/** The market's moves as they bear on one symbol's gaps. */
export type MarketOf = (symbol: string) => Promise<MarketMove>;

/**
 * The market's moves by the bars of a data root: its index if it has one, else the median name.
 * Reads the bars when somebody first asks, which few plans do.
 *
 * @param asOf - the last session whose bars may be read
 */
export function marketOf(bars: BarStore, instruments: Instruments, asOf: TradingDay): MarketOf {
  let all: Promise<readonly Bars[]> | undefined;
  return async (about) => {
    all ??= readAll(bars, asOf);
    const isIndex = ({ symbol }: Bars): boolean => instruments.find(symbol)?.kind === 'index';
    const known = await all;
    const [index] = known.filter(isIndex);
    return marketMove(
      index,
      known.filter((one) => !isIndex(one)),
      about,
    );
  };
}

async function readAll(store: BarStore, asOf: TradingDay): Promise<readonly Bars[]> {
  const all: Bars[] = [];
  for (const symbol of await store.symbols('1d')) {
    const pin = await store.series(symbol, '1d');
    if (pin !== undefined) all.push(await barsUntil(store, pin, asOf));
  }
  return all;
}
