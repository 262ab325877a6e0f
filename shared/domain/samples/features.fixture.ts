import { describe, expect, test } from 'vitest';
import { barColumns, sliceBars, type Bars } from '../market/bars/bars.ts';
import type { Feature, FeatureInput, MarketContext } from './features/feature.ts';
import { randomWalk, seededChance, type Chance } from './random-walk.fixture.ts';

const n = 400;

/** What a feature says of itself to its contract. */
export interface FeatureBehaviour {
  /** Whether it looks at volume: then it is missing where nothing is traded, else it is the same. */
  readonly of: 'prices' | 'volume';
  /** Last of 400 values where price and volume never change; NaN where that divides 0 by 0. */
  readonly flat: number;
  /**
   * Bars on which it has a value at `lookback` − 1: for a feature that waits for something to
   * happen, such as a swing. Absent: it has every value from then on.
   */
  readonly earliest?: Bars;
  /** Makes the bars it is tried on of a walk's daily ones; absent: these. */
  readonly tried?: (walk: Bars) => Bars;
}

/** What a contract changes and cuts. */
type Tried = FeatureInput & { readonly context: MarketContext };

const dayMs = 86_400_000;
const barMs = 300_000;

/**
 * Registers what every feature promises:
 * - one value a bar, and none but NaN on series shorter than its warm-up; it never throws
 * - the warm-up is NaN of the declared length and no longer
 * - causality: changing any later bar or its context changes no earlier value
 * - truncation: the value at t is the same on the bars up to t
 * - no unit: prices in paise instead of rupees change nothing
 * - constant prices, no volume, and gaps of time and price give NaN where defined, never an infinity
 * - without the context it needs it is NaN; what needs none is the same with and without
 */
export function featureContract(
  feature: Feature,
  { of, flat, earliest, tried = (walk) => walk }: FeatureBehaviour,
): void {
  const { lookback, needsContext } = feature;
  const daily = randomWalk(n, 7);
  const bars = tried(daily);
  // Listed on the first day, which is known.
  const compute = (input: FeatureInput): Float64Array =>
    feature.compute({ listedTs: daily.ts[0], ...input });

  describe(`featureContract of ${feature.name}`, () => {
    const context = randomContext(n, 17);
    const values = compute({ bars, context });

    test('gives one value a bar, and nothing before its warm-up, however short the series', () => {
      for (const length of [0, 1, 2, lookback - 2, lookback - 1, lookback, lookback + 1]) {
        const count = Math.max(0, length);
        const short = compute(upTo({ bars, context }, count));
        expect(short.length).toBe(count);
        expect(short.subarray(0, lookback - 1).every(Number.isNaN), `"${count}" bars`).toBe(true);
      }
    });

    test('has a value once it is warm', () => {
      if (earliest === undefined) {
        const finite = Array.from(values, Number.isFinite);
        expect(finite).toEqual(Array.from({ length: n }, (_, i) => i >= lookback - 1));
      } else {
        expect(compute({ bars: earliest, listedTs: earliest.ts[0] })[lookback - 1]).not.toBeNaN();
        expect(values.subarray(200).some(Number.isFinite)).toBe(true);
      }
    });

    test('does not see later bars change', () => {
      const chance = seededChance(11);
      for (let round = 0; round < 50; round++) {
        const cut = Math.floor(chance.uniform() * n);
        const changed = compute({
          bars: changedFrom(bars, cut, chance),
          context: mapContext(context, (v) => v.map((x, i) => (i < cut ? x : chance.normal()))),
        });

        expect(changed.subarray(0, cut), `bars from "${cut}" on`).toEqual(values.subarray(0, cut));
      }
    });

    test('is the same at t on the bars up to t', () => {
      const chance = seededChance(13);
      for (let round = 0; round < 200; round++) {
        const t = Math.floor(chance.uniform() * n);

        expect(compute(upTo({ bars, context }, t + 1))[t], `bar "${t}"`).toBe(values[t]);
      }
    });

    test('has no unit', () => {
      expectClose(compute({ bars: scaled(bars, 10, 1), context }), values, 1e-9);
      // The logarithm of 1 + volume is not quite that of volume.
      expectClose(compute({ bars: scaled(bars, 1, 10), context }), values, 1e-5);
    });

    test(`is ${flat} where price and volume never change`, () => {
      const still = flattened(bars, 0, n, 1000);

      const last = compute({ bars: still, context: stillContext })[n - 1];

      if (Number.isNaN(flat)) expect(last).toBeNaN();
      else expect(last).toBeCloseTo(flat, 12);
    });

    test(of === 'volume' ? 'is missing where nothing is traded' : 'does not look at volume', () => {
      const idle = compute({ bars: scaled(bars, 1, 0), context });

      expect(idle).toEqual(of === 'volume' ? new Float64Array(n).fill(NaN) : values);
    });

    test('is never infinite where prices are flat and nothing is traded for a while', () => {
      const halted = compute({ bars: flattened(bars, 200, 300, 0), context });

      expectNoInfinity(halted);
    });

    test('is causal and complete across gaps of sessions and of price', () => {
      const gapped = withGaps(bars);
      const { length } = gapped.ts;
      const long = compute({ bars: gapped, context: randomContext(length, 19) });

      expectNoInfinity(long);
      if (earliest === undefined)
        expect(long.findLastIndex(Number.isNaN)).toBeLessThan(lookback - 1);
      for (const t of [length - 1, 150, 151, 200])
        expect(compute(upTo({ bars: gapped, context: randomContext(length, 19) }, t + 1))[t]).toBe(
          long[t],
        );
    });

    test(needsContext ? 'is NaN without a context' : 'does not look at the context', () => {
      const alone = compute({ bars });

      expect(alone).toEqual(needsContext ? new Float64Array(n).fill(NaN) : values);
    });
  });
}

/**
 * A market that nobody can predict.
 *
 * @param length - bars
 * @param seed - an integer
 */
export function randomContext(length: number, seed: number): MarketContext {
  const chance = seededChance(seed);
  const column = (draw: () => number): Float64Array => Float64Array.from({ length }, draw);
  return {
    indexReturn: column(() => 0.01 * chance.normal()),
    breadth: column(() => chance.uniform()),
    dispersion: column(() => 0.01 + 0.01 * chance.uniform()),
    sectorReturn: column(() => 0.012 * chance.normal()),
    momentumRank: column(() => chance.uniform()),
    reversalRank: column(() => chance.uniform()),
  };
}

/** A market in which nothing moves. */
const stillContext: MarketContext = {
  indexReturn: new Float64Array(n),
  breadth: new Float64Array(n).fill(0.5),
  dispersion: new Float64Array(n),
  sectorReturn: new Float64Array(n),
  momentumRank: new Float64Array(n).fill(0.5),
  reversalRank: new Float64Array(n).fill(0.5),
};

function mapContext(
  context: MarketContext,
  change: (column: Float64Array) => Float64Array,
): MarketContext {
  const { indexReturn, breadth, dispersion, sectorReturn, momentumRank, reversalRank } = context;
  return {
    indexReturn: change(indexReturn),
    breadth: change(breadth),
    dispersion: change(dispersion),
    sectorReturn: change(sectorReturn),
    momentumRank: change(momentumRank),
    reversalRank: change(reversalRank),
  };
}

function upTo(input: Tried, end: number): FeatureInput {
  return {
    bars: sliceBars(input.bars, 0, end),
    context: mapContext(input.context, (column) => column.slice(0, end)),
  };
}

/** The same bars, but every fiftieth opens where nobody expected it. */
export function withGapDays(bars: Bars): Bars {
  const open = bars.open.map((price, i) => (i % 50 === 49 ? price * 1.1 : price));
  const high = bars.high.map((price, i) => Math.max(price, open[i]));
  return { ...bars, open, high };
}

/** The same prices as 5-minute bars, 75 a session. */
export function atFiveMinutes(bars: Bars): Bars {
  const opens = bars.ts[0] + 111 * barMs;
  const ts = bars.ts.map((_, i) => opens + Math.floor(i / 75) * dayMs + (i % 75) * barMs);
  return { ...bars, interval: '5m', ts };
}

function scaled(bars: Bars, price: number, volume: number): Bars {
  const times = (column: Float64Array, factor: number): Float64Array =>
    column.map((value) => value * factor);
  return {
    ...bars,
    open: times(bars.open, price),
    high: times(bars.high, price),
    low: times(bars.low, price),
    close: times(bars.close, price),
    volume: times(bars.volume, volume),
  };
}

function changedFrom(bars: Bars, cut: number, chance: Chance): Bars {
  const changed = scaled(bars, 1, 1);
  for (let i = cut; i < n; i++) {
    const factor = 0.5 + chance.uniform();
    for (const column of [changed.open, changed.high, changed.low, changed.close])
      column[i] *= factor;
    changed.volume[i] *= factor;
  }
  return changed;
}

function flattened(bars: Bars, start: number, end: number, volume: number): Bars {
  const flat = scaled(bars, 1, 1);
  for (const column of [flat.open, flat.high, flat.low, flat.close])
    column.fill(851.19, start, end);
  flat.volume.fill(volume, start, end);
  return flat;
}

/** Every ninth bar missing, thirty in a row once, and a price a third as high from bar 151 on. */
function withGaps(bars: Bars): Bars {
  const kept = Array.from(bars.ts.keys()).filter((i) => i % 9 !== 4 && (i < 170 || i >= 200));
  const gapped = { ...bars };
  for (const column of barColumns) {
    const isPrice = column !== 'ts' && column !== 'volume';
    gapped[column] = Float64Array.from(kept, (i, place) =>
      isPrice && place > 150 ? bars[column][i] / 3 : bars[column][i],
    );
  }
  return gapped;
}

function expectNoInfinity(values: Float64Array): void {
  expect(values).not.toContain(Infinity);
  expect(values).not.toContain(-Infinity);
}

function expectClose(values: Float64Array, expected: Float64Array, tolerance: number): void {
  values.forEach((value, i) => {
    if (Number.isNaN(expected[i])) expect(value, `bar "${i}"`).toBeNaN();
    else expect(Math.abs(value - expected[i]), `bar "${i}"`).toBeLessThan(tolerance);
  });
}
