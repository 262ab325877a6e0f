import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** How an interval is drawn. */
export interface AucIntervalOptions {
  /** Sessions a block has on average, at least 1. Default 10. */
  readonly meanBlock: number;
  /** Resamples. Default 2,000. */
  readonly draws: number;
  /** Share of resamples inside the interval, in (0, 1). Default 0.95. */
  readonly confidence: number;
  /** An integer. Default 1. */
  readonly seed: number;
}

/** The options that every reported interval is drawn by. */
export const defaultAucIntervalOptions: AucIntervalOptions = {
  meanBlock: 10,
  draws: 2000,
  confidence: 0.95,
  seed: 1,
};

/** An AUC and how far chance may have moved it. */
export interface AucInterval {
  /** A fraction; NaN where the rows that count are all of one class. */
  readonly auc: number;
  /** NaN where there is no AUC, or where the sessions are fewer than two mean blocks. */
  readonly low: number;
  readonly high: number;
  /** Rows with a known label and a prediction, and the sessions they lie in. */
  readonly rows: number;
  readonly sessions: number;
}

/** The rows that count, by rising probability. */
interface RankedRows {
  /** Index of each row's session. */
  readonly session: Uint32Array;
  /** 1 or 0. */
  readonly label: Uint8Array;
  /** 1 where the next row's probability is another one. */
  readonly endsTie: Uint8Array;
  readonly sessions: number;
}

/**
 * The AUC of rows pooled over windows, symbols and sessions, with an interval by a stationary block
 * bootstrap: sessions are drawn in runs of geometric length that wrap around, and all rows of a
 * session come together, since symbols share the market. Labels that overlap, scores that persist
 * and symbols that move as one so widen the interval as they should.
 *
 * @param ts - session of each of n rows, epoch milliseconds UTC
 * @param labels - n labels: 1, 0, or −1 where unknown
 * @param probabilities - n probabilities of label 1; NaN where there is no prediction
 * @see Politis and Romano, The Stationary Bootstrap, JASA 89 (1994)
 */
export function aucInterval(
  ts: Float64Array,
  labels: Int8Array,
  probabilities: Float64Array,
  options: AucIntervalOptions,
): AucInterval {
  const { meanBlock, draws, confidence, seed } = options;
  const ranked = rankedRows(ts, labels, probabilities);
  const { sessions } = ranked;
  const weights = new Uint32Array(sessions);
  const auc = weightedAuc(ranked, weights.fill(1));
  const known = { rows: ranked.label.length, sessions };
  if (Number.isNaN(auc) || sessions < 2 * meanBlock) return { auc, low: NaN, high: NaN, ...known };

  const generator = xoroshiro128plus(seed);
  const drawn = Float64Array.from({ length: draws }, () => {
    drawSessions(weights, meanBlock, generator);
    return weightedAuc(ranked, weights);
  });
  // A draw may miss the few sessions of a class: it says nothing.
  const sorted = drawn.filter((value) => !Number.isNaN(value)).sort();
  const tail = (1 - confidence) / 2;
  return { auc, low: quantile(sorted, tail), high: quantile(sorted, 1 - tail), ...known };
}

function rankedRows(ts: Float64Array, labels: Int8Array, probabilities: Float64Array): RankedRows {
  const order = Uint32Array.from(labels.keys())
    .filter((row) => labels[row] >= 0 && !Number.isNaN(probabilities[row]))
    .sort((a, b) => probabilities[a] - probabilities[b]);
  const stamps = [...new Set(Float64Array.from(order, (row) => ts[row]).sort())];
  const indexOf = new Map(stamps.map((stamp, index) => [stamp, index]));
  return {
    session: order.map((row) => indexOf.get(ts[row]) ?? 0),
    label: Uint8Array.from(order, (row) => labels[row]),
    endsTie: Uint8Array.from(order, (row, i) =>
      Number(probabilities[row] !== probabilities[order[i + 1]]),
    ),
    sessions: stamps.length,
  };
}

/** The AUC of rows that count as often as their session was drawn; ties by half. */
function weightedAuc({ session, label, endsTie }: RankedRows, weights: Uint32Array): number {
  let wins = 0;
  let gains = 0;
  let losses = 0;
  let tiedGains = 0;
  let tiedLosses = 0;
  for (let i = 0; i < session.length; i++) {
    const weight = weights[session[i]];
    tiedGains += weight * label[i];
    tiedLosses += weight * (1 - label[i]);
    if (endsTie[i] === 0) continue;
    wins += tiedGains * (losses + tiedLosses / 2);
    gains += tiedGains;
    losses += tiedLosses;
    tiedGains = 0;
    tiedLosses = 0;
  }
  return wins / (gains * losses);
}

/** Counts how often each session comes in one resample of as many sessions as there are. */
function drawSessions(weights: Uint32Array, meanBlock: number, generator: RandomGenerator): void {
  const n = weights.length;
  weights.fill(0);
  let session = 0;
  for (let i = 0; i < n; i++) {
    const isNewBlock = i === 0 || uniformFloat64(generator) * meanBlock < 1;
    session = isNewBlock ? uniformInt(generator, 0, n - 1) : (session + 1) % n;
    weights[session]++;
  }
}

/** Between the order statistics by proportion, as most libraries have it. */
function quantile(sorted: Float64Array, share: number): number {
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
