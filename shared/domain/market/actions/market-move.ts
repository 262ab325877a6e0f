import type { TradingDay } from '../../../contracts/time.ts';
import { firstAtOrAfter, type Bars } from '../bars/bars.ts';
import { median, type MarketMove } from './detector.ts';
import { dayStart } from '../calendar/exchange-time.ts';

/** Names that a median needs to speak for the market. */
const fewestNames = 5;

/**
 * The market's overnight moves: the index's where it has both days, else the median name's. A name
 * never speaks about itself, or a split would explain itself.
 *
 * @param index - daily bars of an index; absent where there are none
 * @param names - daily bars of the exchange's names, in any order
 * @param about - the symbol whose gaps are judged
 */
export function marketMove(
  index: Bars | undefined,
  names: readonly Bars[],
  about: string,
): MarketMove {
  return (from, to) => {
    const ofIndex = index && move(index, from, to);
    if (ofIndex !== undefined) return ofIndex;
    const moves = names.flatMap((bars) =>
      bars.symbol === about ? [] : (move(bars, from, to) ?? []),
    );
    return moves.length < fewestNames ? undefined : median(moves);
  };
}

function move(bars: Bars, from: TradingDay, to: TradingDay): number | undefined {
  const [before, after] = [dayStart(from), dayStart(to)];
  const [i, j] = [firstAtOrAfter(bars, before), firstAtOrAfter(bars, after)];
  return bars.ts[i] === before && bars.ts[j] === after ? bars.open[j] / bars.close[i] : undefined;
}
