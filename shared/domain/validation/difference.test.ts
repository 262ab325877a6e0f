import { describe, expect, test } from 'vitest';
import { differenceOf, type Difference } from './difference.ts';
import { panelEvidence, type PairEvidence, type SessionMean } from './evidence.ts';
import { madeMarket, probabilities } from './market.fixture.ts';
import { panelOf } from './panel.ts';
import { meanSide } from './statistics/side.ts';
import { defaultBootstrapOptions } from './statistics/stationary-bootstrap.ts';

// What a paired comparison has to show before anybody believes it:
// - arms that are equal are told apart by nothing
// - arms that know equally little are called a gain or harm about as often as chance would have it
// - a planted gain is found, and harm where the arms change places
// - what a family takes off the order it cannot make up by its log loss

const options = {
  lags: 10,
  horizon: 5,
  bootstrap: { ...defaultBootstrapOptions, draws: 100 },
};

const nothing = { value: 0, low: -0.01, high: 0.01 };

function mean(value: number, low: number, high: number, t: number): SessionMean {
  const side = meanSide({ value, low, high }, t);
  return { value, low, high, t, side, standardError: value / t, ratio: 0.05, count: 600 };
}

function pair(rankIc: SessionMean, facts: Partial<PairEvidence> = {}): PairEvidence {
  return { arm: 'student', against: 'other', rankIc, auc: nothing, topTenth: nothing, ...facts };
}

/** Two arms of one market, as two runs of it would say: shares of the truth that each of them knows. */
function compared(seed: number, [mine, theirs]: readonly [number, number]): Difference {
  const { panel, scores } = madeMarket(seed, 250, 12);
  const arm = (name: string, share: number, noise: number) => ({
    name,
    scores: probabilities(scores(share, noise).map((score) => score / 10)),
    isProbability: true,
  });
  const arms = [arm('with', mine, 2 * seed), arm('without', theirs, 2 * seed + 1)];
  return differenceOf(panelEvidence(panel, arms, [['with', 'without']], options).pairs[0]);
}

describe('differenceOf', () => {
  test('tells equal arms apart by nothing', () => {
    const { panel, scores } = madeMarket(1, 100, 8);
    const said = probabilities(scores(0.2, 1));
    const arms = ['a', 'b'].map((name) => ({ name, scores: said.slice(), isProbability: true }));

    const { pairs } = panelEvidence(panel, arms, [['a', 'b']], options);

    expect(differenceOf(pairs[0])).toMatchObject({
      order: 'neither',
      logLoss: 'neither',
      verdict: 'none',
    });
  });

  test('tells arms that know equally little apart in about 5 of 100 markets, and not in 12', () => {
    const verdicts = Array.from({ length: 200 }, (_, seed) => compared(seed, [0.05, 0.05]).verdict);

    const told = verdicts.filter((verdict) => verdict !== 'none');
    expect(told.length).toBeLessThan(24);
    // Neither side is favoured: of 15 told apart, 14 one way would be one chance in 1,000.
    expect(told.filter((verdict) => verdict === 'gain').length).toBeLessThan(14);
  });

  test('finds a planted gain, and harm where the arms change places', () => {
    const seeds = Array.from({ length: 10 }, (_, seed) => seed);

    const gains = seeds.map((seed) => compared(seed, [0.3, 0]).verdict);
    const harms = seeds.map((seed) => compared(seed, [0, 0.3]).verdict);

    expect(gains.filter((verdict) => verdict === 'gain').length).toBeGreaterThan(8);
    expect(harms.filter((verdict) => verdict === 'harm').length).toBeGreaterThan(8);
  });

  test.each([
    ['gain', mean(0.02, 0.01, 0.03, 3), nothing],
    ['gain', mean(0.02, 0.01, 0.03, 3), { value: -1, low: -2, high: -1 }],
    ['harm', mean(-0.02, -0.03, -0.01, -3), nothing],
    ['mixed', mean(0.02, 0.01, 0.03, 3), { value: 1, low: 1, high: 2 }],
    ['mixed', mean(-0.02, -0.03, -0.01, -3), { value: -1, low: -2, high: -1 }],
    ['none', mean(0.02, 0.01, 0.03, 1.9), nothing],
    ['none', mean(0.02, -0.01, 0.03, 3), nothing],
    ['none', mean(0.001, -0.01, 0.01, 0.1), { value: -1, low: -2, high: -1 }],
  ] as const)('is "%s" of rank IC %j and log loss %j', (verdict, rankIc, logLoss) => {
    expect(differenceOf(pair(rankIc, { logLoss })).verdict).toBe(verdict);
  });

  test('goes by the AUC where sessions have too few symbols to rank', () => {
    const none = mean(NaN, NaN, NaN, NaN);
    const auc = { value: 0.02, low: 0.01, high: 0.03 };

    const found = differenceOf(pair(none, { auc }));

    expect(found).toEqual({ measure: 'auc', order: 'above', verdict: 'gain' });
  });

  test('says nothing of a market too short for an interval', () => {
    const { panel, scores } = madeMarket(4, 15, 8);
    const arms = ['a', 'b'].map((name, seed) => ({
      name,
      scores: scores(0.9 * seed, seed),
      isProbability: false,
    }));

    const { pairs } = panelEvidence(panelOf(panel), arms, [['a', 'b']], options);

    expect(differenceOf(pairs[0]).verdict).toBe('unknown');
  });

  test('says what difference would have been found', () => {
    const { detectable } = differenceOf(pair(mean(0.004, -0.01, 0.02, 0.5)));

    // (z of 0.95 + z of 0.80) standard errors of 0.008.
    expect(detectable).toBeCloseTo(2.4865 * 0.008, 6);
  });
});
