import { describe, expect, test } from 'vitest';
import { sliceBars, type Bars } from '../market/bars.ts';
import { randomWalk, seededChance, type Chance } from './random-walk.fixture.ts';
import type { Feature } from './features/feature.ts';

const n = 400;

/**
 * Registers what every feature promises:
 * - one value a bar
 * - the warm-up is NaN of the declared length and no longer
 * - causality: changing any later bar changes no earlier value
 * - truncation: the value at t is the same on the bars up to t
 * - no unit: prices in paise instead of rupees change nothing
 * - flat prices without volume give NaN or a number, never an infinity
 */
export function featureContract(feature: Feature, of: 'prices' | 'volume'): void {
  describe(`featureContract of ${feature.name}`, () => {
    const bars = randomWalk(n, 7);
    const values = feature.compute(bars);

    test('gives one value a bar', () => {
      expect(values.length).toBe(n);
      expect(feature.compute(sliceBars(bars, 0, 0)).length).toBe(0);
    });

    test('is NaN for the first lookback − 1 bars and finite from then on', () => {
      const finite = Array.from(values, Number.isFinite);

      expect(finite).toEqual(Array.from({ length: n }, (_, i) => i >= feature.lookback - 1));
    });

    test('does not see later bars change', () => {
      const chance = seededChance(11);
      for (let round = 0; round < 50; round++) {
        const cut = Math.floor(chance.uniform() * n);
        const changed = feature.compute(changedFrom(bars, cut, chance));

        expect(changed.subarray(0, cut), `bars from "${cut}" on`).toEqual(values.subarray(0, cut));
      }
    });

    test('is the same at t on the bars up to t', () => {
      const chance = seededChance(13);
      for (let round = 0; round < 200; round++) {
        const t = Math.floor(chance.uniform() * n);

        expect(feature.compute(sliceBars(bars, 0, t + 1))[t], `bar "${t}"`).toBe(values[t]);
      }
    });

    test('has no unit', () => {
      const prices = feature.compute(scaled(bars, 10, 1));
      const volume = feature.compute(scaled(bars, 1, 10));

      expectClose(prices, values);
      if (of === 'prices') expect(volume).toEqual(values);
    });

    test.each([
      ['all along', 0, n],
      ['for a while', 200, 300],
    ])('is never infinite where prices are flat and nothing is traded %s', (_, start, end) => {
      const flat = feature.compute(flattened(bars, start, end));

      expect(flat).not.toContain(Infinity);
      expect(flat).not.toContain(-Infinity);
    });
  });
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

function flattened(bars: Bars, start: number, end: number): Bars {
  const flat = scaled(bars, 1, 1);
  for (const column of [flat.open, flat.high, flat.low, flat.close])
    column.fill(851.19, start, end);
  flat.volume.fill(0, start, end);
  return flat;
}

function expectClose(values: Float64Array, expected: Float64Array): void {
  values.forEach((value, i) => {
    if (Number.isNaN(expected[i])) expect(value, `bar "${i}"`).toBeNaN();
    else expect(Math.abs(value - expected[i]), `bar "${i}"`).toBeLessThan(1e-9);
  });
}
