import { seededChance } from '../samples/random-walk.fixture.ts';
import { panelFrom } from './statistics/statistics.fixture.ts';
import type { Panel } from './panel.ts';

/** A made-up market whose labels overlap, and what could be known of it. */
export interface MadeMarket {
  readonly panel: Panel;
  /** What each row returns beyond the market, standardised: the best score there is. */
  readonly truth: Float64Array;
  /** Scores that correlate with the truth by `share`; they keep 0.8 of themselves overnight. */
  scores(share: number, seed: number): Float64Array;
}

/**
 * Symbols that move with a market, half of their variance, and hold labels of five sessions.
 *
 * @param seed - an integer
 */
export function madeMarket(seed: number, sessions = 500, symbols = 20): MadeMarket {
  const chance = seededChance(seed);
  const horizon = 5;
  const own = Array.from({ length: sessions + horizon }, () =>
    Array.from({ length: symbols }, () => 0.01 * chance.normal()),
  );
  const market = own.map(() => 0.01 * chance.normal());
  const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
  const ahead = (of: readonly number[], t: number): number => sum(of.slice(t, t + horizon));
  const excess = Array.from({ length: sessions }, (_, t) =>
    Array.from({ length: symbols }, (_column, k) =>
      ahead(
        own.map((row) => row[k]),
        t,
      ),
    ),
  );
  const panel = panelFrom(excess.map((row, t) => row.map((one) => one + ahead(market, t))));
  const truth = Float64Array.from(excess.flat(), (one) => one / (0.01 * Math.sqrt(horizon)));
  return {
    panel,
    truth,
    scores(share, ofSeed) {
      const noise = seededChance(1000 + ofSeed);
      const kept = new Float64Array(symbols).map(() => noise.normal());
      return truth.map((value, row) => {
        const symbol = row % symbols;
        kept[symbol] = 0.8 * kept[symbol] + 0.6 * noise.normal();
        return share * value + Math.sqrt(1 - share ** 2) * kept[symbol];
      });
    },
  };
}

/** Scores as probabilities of label 1. */
export function probabilities(scores: Float64Array): Float64Array {
  return scores.map((score) => 1 / (1 + Math.exp(-score)));
}
