import type { Bars } from '../market/bars/bars.ts';
import type { WindowSpan } from './sample-set.ts';

const dayMs = 86_400_000;

/**
 * The span of a window of daily bars by index.
 *
 * @param from - the window's first bar
 * @param decision - the bar of the decision day, the first that is predicted
 * @param evaluateTo - the next decision day's bar, the first that is not predicted any more
 */
export function spanOf(bars: Bars, from: number, decision: number, evaluateTo: number): WindowSpan {
  return {
    fromTs: bars.ts[from],
    decisionEndTs: bars.ts[decision] + dayMs,
    evaluateFromTs: bars.ts[decision],
    evaluateToTs: bars.ts[evaluateTo],
  };
}
