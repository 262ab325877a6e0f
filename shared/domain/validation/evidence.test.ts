import { describe, expect, test } from 'vitest';
import { panelEvidence, type Arm, type PanelEvidence } from './evidence.ts';
import { madeMarket, probabilities } from './market.fixture.ts';
import { panelOf, type Panel } from './panel.ts';
import { defaultBootstrapOptions } from './statistics/stationary-bootstrap.ts';

const options = {
  lags: 10,
  horizon: 5,
  bootstrap: { ...defaultBootstrapOptions, draws: 500 },
};

function score(name: string, scores: Float64Array): Arm {
  return { name, scores, isProbability: false };
}

function weigh(panel: Panel, arms: readonly Arm[], ...pairs: [string, string][]): PanelEvidence {
  return panelEvidence(panel, arms, pairs, options);
}

describe('panelEvidence of scores that know nothing', () => {
  const trials = Array.from({ length: 60 }, (_, seed) => {
    const market = madeMarket(seed, 250, 12);
    const arms = [score('random', market.scores(0, seed))];
    return weigh(market.panel, arms).arms[0];
  });
  const share = (holds: (arm: (typeof trials)[number]) => boolean): number =>
    trials.filter(holds).length / trials.length;

  // Of 60 trials at 95 %, 0.85 is 3.5 standard errors away.
  test('has intervals that hold 0, one half and no gain, in about 95 of 100 markets', () => {
    expect(share(({ rankIc }) => rankIc.low <= 0 && rankIc.high >= 0)).toBeGreaterThan(0.85);
    expect(share(({ auc }) => auc.low <= 0.5 && auc.high >= 0.5)).toBeGreaterThan(0.85);
    expect(share(({ topTenth }) => topTenth.low <= 0 && topTenth.high >= 0)).toBeGreaterThan(0.85);
  });

  test('has a t beyond 1.96 in about 5 of 100 markets', () => {
    expect(share(({ rankIc }) => Math.abs(rankIc.t) > 1.96)).toBeLessThan(0.17);
  });
});

describe('panelEvidence of a planted edge', () => {
  const market = madeMarket(1);
  const arms = [
    score('edge', market.scores(0.1, 1)),
    score('noise', market.scores(0, 2)),
    score('truth', market.truth),
  ];
  const { arms: found, pairs } = weigh(market.panel, arms, ['edge', 'noise'], ['truth', 'edge']);
  const [edge, noise, truth] = found;

  test('finds a rank IC of the size that was planted', () => {
    // Ranks of normal values correlate by 6/π · asin(ρ / 2) = 0.955 ρ.
    expect(edge.rankIc.low).toBeLessThan(0.0955);
    expect(edge.rankIc.high).toBeGreaterThan(0.0955);
    expect(edge.rankIc.low).toBeGreaterThan(0);
    expect(edge.rankIc.t).toBeGreaterThan(3);
    expect(truth.rankIc.value).toBe(1);
  });

  test('says so before: it is above what the sample can detect, and in most months', () => {
    expect(edge.rankIc.detectable).toBeLessThan(0.0955);
    expect(edge.rankIc.detectable).toBeGreaterThan(0.01);
    expect(edge.rankIc.months.low).toBeGreaterThan(0.5);
    expect(noise.rankIc.months.low).toBeLessThan(0.5);
  });

  test('tells arms apart by their difference on the same sessions', () => {
    const [overNoise, overEdge] = pairs;

    expect(overNoise.rankIc.low).toBeGreaterThan(0);
    expect(overNoise.rankIc.value).toBeCloseTo(edge.rankIc.value - noise.rankIc.value, 12);
    expect(overEdge.auc.value).toBeCloseTo(truth.auc.value - edge.auc.value, 12);
    expect(overNoise.topTenth.value).toBeGreaterThan(0);
  });
});

describe('panelEvidence', () => {
  const market = madeMarket(2);
  const said = probabilities(market.scores(0.1, 1));
  const twin = (name: string): Arm => ({ name, scores: said.slice(), isProbability: true });

  test('finds nothing between identical arms, in no resample', () => {
    const { pairs } = weigh(market.panel, [twin('a'), twin('b')], ['a', 'b']);

    const nothing = { value: 0, low: 0, high: 0 };
    expect(pairs[0]).toMatchObject({
      rankIc: nothing,
      auc: nothing,
      topTenth: nothing,
      logLoss: nothing,
    });
  });

  test('judges probabilities against the base rate, and scores that are none not at all', () => {
    const shouting = probabilities(market.scores(0.1, 1).map((one) => 6 * one));
    const { arms, pairs } = weigh(
      market.panel,
      [
        twin('said'),
        { name: 'shouted', scores: shouting, isProbability: true },
        score('rank', said),
      ],
      ['said', 'shouted'],
      ['said', 'rank'],
    );

    const [calm, shouted, rank] = arms;
    expect(shouted.probability?.excess.low).toBeGreaterThan(calm.probability?.excess.high ?? NaN);
    expect(shouted.auc).toEqual(calm.auc);
    expect(pairs[0].logLoss?.high).toBeLessThan(0);
    expect(pairs[1].logLoss).toBeUndefined();
    expect(rank.probability).toBeUndefined();
    const rows = calm.probability?.reliability.reduce((sum, bin) => sum + bin.rows, 0);
    expect(rows).toBe(market.panel.ts.length);
  });

  test('says what it stands on', () => {
    const evidence = weigh(market.panel, [twin('a')]);

    expect(evidence).toMatchObject({ rows: 10_000, sessions: 500, symbols: 20 });
    // Half of a symbol's variance is the market's.
    expect(evidence.effective.correlation).toBeCloseTo(0.5, 0.8);
    expect(evidence.effective.size).toBeLessThan(250);
    expect(evidence.equalWeight.low).toBeLessThan(evidence.equalWeight.value);
  });

  test('compares ranks of the sessions on which both rank', () => {
    const silent = market.truth.map((value, row) => (row < 20 ? 1 : value));
    const { pairs } = weigh(
      market.panel,
      [score('truth', market.truth), score('silent', silent)],
      ['truth', 'silent'],
    );

    expect(pairs[0].rankIc).toMatchObject({ value: 0, low: 0, high: 0, count: 499 });
  });

  test('has no rank IC of one symbol, and an AUC all the same', () => {
    const one = madeMarket(3, 60, 1);

    const { arms } = weigh(one.panel, [score('truth', one.truth)]);

    expect(arms[0].rankIc).toMatchObject({ value: NaN, t: NaN, count: 0 });
    expect(arms[0].auc.value).toBeGreaterThan(0.5);
  });
});

describe('panelOf', () => {
  test('refuses a row without a known label', () => {
    const rows = { ts: Float64Array.of(1), symbol: ['A'], forwardReturn: Float64Array.of(NaN) };

    expect(() => panelOf({ ...rows, label: Int8Array.of(-1) })).toThrow(
      'row "0" of a panel has no known label',
    );
  });
});
