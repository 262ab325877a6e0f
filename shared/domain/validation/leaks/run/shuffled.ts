import { chance } from '../../../market/simulated/chance.ts';
import { areaUnderCurve } from '../../metrics.ts';

/** Rows of several symbols and sessions with what a model says of them. */
export interface ScoredPanel {
  readonly symbol: readonly string[];
  readonly ts: Float64Array;
  /** 1, 0, or −1 unknown. */
  readonly label: Int8Array;
  /** NaN where the model says nothing. */
  readonly probability: Float64Array;
}

/** How labels are shuffled. */
export interface ShuffleOptions {
  readonly shuffles: number;
  /** Sessions that stay together: longer than a label is. */
  readonly block: number;
  readonly seed: string;
}

/**
 * The AUC of the same scores against labels of other days: blocks of sessions change places, all
 * symbols of a session together, so that labels keep their overlap and the market they share, and only
 * what ties them to their scores is cut. Each block gets another's place.
 *
 * @returns an AUC a shuffle, of the rows whose symbol has a label on the other day
 */
export function shuffledAucs(panel: ScoredPanel, options: ShuffleOptions): Float64Array {
  const { symbol, ts, label, probability } = panel;
  const { shuffles, block, seed } = options;
  const sessions = [...new Set(ts)].toSorted((a, b) => a - b);
  const sessionOf = new Map(sessions.map((stamp, index) => [stamp, index]));
  const labelAt = new Map<string, number>();
  ts.forEach((stamp, row) => labelAt.set(`${symbol[row]} ${sessionOf.get(stamp)}`, label[row]));
  const own = chance(seed);
  return Float64Array.from({ length: shuffles }, () => {
    const place = shuffledPlaces(sessions.length, block, () => own.uniform());
    const other = Int8Array.from(ts, (stamp, row) => {
      const there = place[sessionOf.get(stamp) ?? 0];
      return labelAt.get(`${symbol[row]} ${there}`) ?? -1;
    });
    return areaUnderCurve(other, probability);
  });
}

/** Where each of n sessions gets its labels from: blocks in a random order, none in its own place. */
function shuffledPlaces(n: number, block: number, uniform: () => number): Int32Array {
  const blocks = Math.max(1, Math.floor(n / block));
  const order = Array.from({ length: blocks }, (_, k) => k);
  // A cycle: every block moves.
  for (let k = blocks - 1; k > 0; k--) {
    const other = Math.floor(uniform() * k);
    [order[k], order[other]] = [order[other], order[k]];
  }
  return Int32Array.from({ length: n }, (_, session) => {
    const from = Math.min(blocks - 1, Math.floor(session / block));
    return (order[from] * block + (session - from * block)) % n;
  });
}
