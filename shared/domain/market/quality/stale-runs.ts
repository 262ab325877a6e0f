import { addDays } from '../../../contracts/time.ts';
import { barDays } from '../bars/bar-days.ts';
import type { Bars } from '../bars/bars.ts';
import { clockOf, dayOf } from '../calendar/exchange-time.ts';
import type { Flaw } from './flaw.ts';

/** Bars in a row that trading does not make. */
const shortestRun = 12;

/**
 * Finds prices that stand still while shares change hands, `shortestRun` bars or more: within a
 * session, or from session to session where bars are daily.
 *
 * Equal closes alone are no sign: a large order at a round price makes them while highs and lows
 * move (HDFCBANK closes 12 minutes in a row at 1248 on 2016-08-18). A feed that hangs repeats all.
 *
 * @param bars - sound bars
 */
export function staleFlaws(bars: Bars): Flaw[] {
  const n = bars.ts.length;
  const stretches = bars.interval === '1d' ? [{ start: 0, end: n }] : barDays(bars);
  return stretches.flatMap(({ start, end }) => {
    const flaws: Flaw[] = [];
    let first = start;
    for (let i = start; i <= end; i++) {
      if (i > first && i < end && bars.volume[i] > 0 && isSamePrice(bars, first, i)) continue;
      if (i - first >= shortestRun) flaws.push(run(bars, first, i));
      // A bar without volume starts no run.
      first = i < end && bars.volume[i] > 0 ? i : i + 1;
    }
    return flaws;
  });
}

function isSamePrice({ high, low, close }: Bars, a: number, b: number): boolean {
  return close[a] === close[b] && high[a] === high[b] && low[a] === low[b];
}

function run(bars: Bars, first: number, end: number): Flaw {
  const [from, last] = [bars.ts[first], bars.ts[end - 1]];
  const clock = bars.interval === '1d' ? '' : ` from "${clockOf(from)}" to "${clockOf(last)}"`;
  return {
    rule: 'stale-run',
    from: dayOf(from),
    to: addDays(dayOf(last), 1),
    count: end - first,
    detail: `the price stays "${bars.close[first]}"${clock} though shares change hands`,
  };
}
