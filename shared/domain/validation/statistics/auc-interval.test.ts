import { describe, expect, test } from 'vitest';
import { seededChance } from '../../samples/random-walk.fixture.ts';
import { areaUnderCurve } from '../metrics.ts';
import { aucInterval, defaultAucIntervalOptions, type AucInterval } from './auc-interval.ts';

type Rows = readonly [ts: Float64Array, labels: Int8Array, probabilities: Float64Array];

const symbols = 4;
const horizon = 5;

/**
 * Rows of a few symbols that move with the market, judged by scores that know nothing of it.
 *
 * @param persistence - of the market's score from one session to the next; labels look ahead over
 *   `horizon` sessions where there is any, over one where there is none
 */
function uninformed(seed: number, persistence: number, sessions = 300): Rows {
  const chance = seededChance(seed);
  const ahead = persistence > 0 ? horizon : 1;
  const market = Array.from({ length: sessions + ahead }, () => chance.normal());
  let score = chance.normal();
  const rows = Array.from({ length: sessions }, (_, session) => {
    score = persistence * score + Math.sqrt(1 - persistence ** 2) * chance.normal();
    const gain = market.slice(session, session + ahead).reduce((sum, one) => sum + one, 0);
    return Array.from({ length: symbols }, () => ({
      ts: session,
      label: Number(gain / Math.sqrt(ahead) + 0.5 * chance.normal() > 0),
      probability: 1 / (1 + Math.exp(-score - 0.5 * chance.normal())),
    }));
  }).flat();
  return [
    Float64Array.from(rows, ({ ts }) => ts),
    Int8Array.from(rows, ({ label }) => label),
    Float64Array.from(rows, ({ probability }) => probability),
  ];
}

function interval(rows: Rows, options: Partial<typeof defaultAucIntervalOptions> = {}) {
  return aucInterval(...rows, { ...defaultAucIntervalOptions, ...options });
}

/** Share of 150 seeded trials whose interval holds one half, and their mean width. */
function trials(of: (seed: number) => Rows, meanBlock: number): { covers: number; width: number } {
  const all = Array.from({ length: 150 }, (_, seed) =>
    interval(of(seed), { meanBlock, draws: 200, seed }),
  );
  const mean = (count: (one: AucInterval) => number): number =>
    all.reduce((sum, one) => sum + count(one), 0) / all.length;
  return {
    covers: mean(({ low, high }) => Number(low <= 0.5 && high >= 0.5)),
    width: mean(({ low, high }) => high - low),
  };
}

describe('aucInterval', () => {
  test('has the AUC of the rows that count, and says how many', () => {
    const [ts, labels, probabilities] = uninformed(1, 0);
    const someUnknown = labels.map((label, row) => (row % 7 === 0 ? -1 : label));
    // Two decimals: many ties.
    const rounded = probabilities.map((p, row) => (row % 5 ? Math.round(p * 100) / 100 : NaN));

    const { auc, low, high, rows, sessions } = interval([ts, someUnknown, rounded]);

    expect(auc).toBeCloseTo(areaUnderCurve(someUnknown, rounded), 12);
    expect([rows, sessions]).toEqual([823, 300]);
    expect(low).toBeLessThan(auc);
    expect(high).toBeGreaterThan(auc);
  });

  test('is right where scores are, and wrong where they are the wrong way round', () => {
    const [ts, labels] = uninformed(1, 0);
    const certain = Float64Array.from(labels);

    expect(interval([ts, labels, certain])).toMatchObject({ auc: 1, low: 1, high: 1 });
    expect(interval([ts, labels, certain.map((p) => 1 - p)])).toMatchObject({ auc: 0, high: 0 });
  });

  test('is the same for the same seed and in whatever order the rows come', () => {
    const [ts, labels, probabilities] = uninformed(2, 0.9);
    const ties = probabilities.map((p) => Math.round(p * 20) / 20);
    const chance = seededChance(3);
    const order = Array.from(ts.keys(), (row) => [chance.uniform(), row]).toSorted(
      ([a], [b]) => a - b,
    );
    const shuffled = <Column extends Float64Array | Int8Array>(column: Column): Column =>
      column.map((_: number, i: number) => column[order[i][1]]) as Column;

    const first = interval([ts, labels, ties]);

    expect(interval([ts, labels, ties])).toEqual(first);
    expect(interval([shuffled(ts), shuffled(labels), shuffled(ties)])).toEqual(first);
    expect(interval([ts, labels, ties], { seed: 2 }).low).not.toBe(first.low);
  });

  test.each([
    ['one class', [0, 0, 0], [0.1, 0.2, 0.3]],
    ['no known label', [-1, -1, -1], [0.1, 0.2, 0.3]],
    ['no prediction', [0, 1, 1], [NaN, NaN, NaN]],
    ['no rows', [], []],
  ])('says nothing of %s', (_, labels, probabilities) => {
    const ts = Float64Array.from(labels.keys());

    const { auc, low, high } = interval([
      ts,
      Int8Array.from(labels),
      Float64Array.from(probabilities),
    ]);

    expect([auc, low, high]).toEqual([NaN, NaN, NaN]);
  });

  test('has no interval of fewer sessions than two blocks', () => {
    const few = interval(uninformed(1, 0, 19));
    const enough = interval(uninformed(1, 0, 20));

    expect([few.low, few.high]).toEqual([NaN, NaN]);
    expect(few.auc).toBeGreaterThan(0);
    expect(enough.high - enough.low).toBeGreaterThan(0);
  });

  test('leaves out draws that miss a class', () => {
    const [ts, labels, probabilities] = uninformed(1, 0, 40);
    const once = labels.map((_, row) => Number(row === 0));

    const { low, high } = interval([ts, once, probabilities]);

    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
  });
});

describe('The interval of scores that know nothing', () => {
  test('holds one half in about 95 of 100 trials of independent sessions', () => {
    const { covers } = trials((seed) => uninformed(seed, 0), 10);

    expect(covers).toBeGreaterThan(0.91);
    expect(covers).toBeLessThan(0.99);
  });

  test('holds it as often where labels overlap and scores persist: it widens', () => {
    const independent = trials((seed) => uninformed(seed, 0), 10);
    const dependent = trials((seed) => uninformed(seed, 0.9), 10);

    expect(dependent.covers).toBeGreaterThan(0.88);
    expect(dependent.covers).toBeLessThan(0.99);
    expect(dependent.width).toBeGreaterThan(1.4 * independent.width);
  });

  test('would hold it too seldom without blocks, or if symbols were drawn apart', () => {
    const withoutBlocks = trials((seed) => uninformed(seed, 0.9), 1);
    const apart = trials((seed) => {
      const [ts, labels, probabilities] = uninformed(seed, 0);
      return [Float64Array.from(ts.keys()), labels, probabilities];
    }, 1);

    expect(withoutBlocks.covers).toBeLessThan(0.8);
    expect(apart.covers).toBeLessThan(0.8);
  });
});
