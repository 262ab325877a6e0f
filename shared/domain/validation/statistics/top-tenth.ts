import type { Panel } from '../panel.ts';
import { sessionMeans } from './rank-ic.ts';

/**
 * What the top tenth by score returned more than all symbols of the moment with equal weight.
 * Symbols of one score share the places that are left, so a constant score earns exactly nothing.
 *
 * @param scores - a score for each row of the panel; any scale
 * @returns one fraction a session, before costs, over a label's horizon; NaN where no moment has five
 *   symbols
 */
export function dailyTopTenth(panel: Panel, scores: Float64Array): Float64Array {
  const { forwardReturn } = panel;
  return sessionMeans(panel, (rows) => {
    const order = rows.toSorted((a, b) => scores[b] - scores[a]);
    const places = Math.ceil(order.length / 10);
    let taken = 0;
    let gained = 0;
    for (let start = 0; taken < places;) {
      let end = start;
      let sum = 0;
      while (end < order.length && scores[order[end]] === scores[order[start]])
        sum += forwardReturn[order[end++]];
      const free = Math.min(places - taken, end - start);
      gained += (free * sum) / (end - start);
      taken += free;
      start = end;
    }
    return gained / places - meanReturn(forwardReturn, rows);
  });
}

/**
 * What all symbols of a moment returned with equal weight.
 *
 * @returns one fraction a session; NaN where no moment has five symbols
 */
export function dailyEqualWeight(panel: Panel): Float64Array {
  return sessionMeans(panel, (rows) => meanReturn(panel.forwardReturn, rows));
}

function meanReturn(returns: Float64Array, rows: Uint32Array): number {
  return rows.reduce((sum, row) => sum + returns[row], 0) / rows.length;
}
