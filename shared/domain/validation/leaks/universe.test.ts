import { describe, expect, test } from 'vitest';
import { checkedBars, type Bars } from '../../market/bars/bars.ts';
import { forwardReturns } from '../../samples/labels.ts';
import { symbolRecipe as recipe } from '../../samples/recipes.ts';
import { meanCorrelation } from '../../samples/weights/effective-sample.ts';
import { symbolInputs } from './window-inputs.ts';
import { defaultUniverseOptions, simulatedUniverse } from './universe.ts';

const options = { ...defaultUniverseOptions, seed: 1, symbols: 12, windows: 8 };

function returnsOf({ close }: Bars): Float64Array {
  return close.map((value, i) => (i === 0 ? NaN : Math.log(value / close[i - 1])));
}

function correlationWithNext(values: Float64Array, next: Float64Array): number {
  return meanCorrelation([values.subarray(0, -1), next.subarray(1)]);
}

describe('simulatedUniverse', () => {
  const walks = simulatedUniverse(recipe, options);

  test('is the same for a seed, another for another', () => {
    expect(simulatedUniverse(recipe, options)).toMatchObject({ symbols: walks.symbols });
    const other = simulatedUniverse(recipe, { ...options, seed: 2 });
    expect(other.symbols[0].bars.close).not.toEqual(walks.symbols[0].bars.close);
  });

  test('has sound bars, enough for every window with its warm-up and its last label', () => {
    for (const { bars } of walks.symbols) {
      expect(() => checkedBars(bars)).not.toThrow();
      const inputs = symbolInputs(bars, walks.calendar, { recipe, windows: 8 });
      expect(inputs.length).toBe(8);
      const last = inputs[7];
      const known = forwardReturns(last.bars, recipe.horizon);
      const judged = last.bars.ts.filter(
        (ts, i) => ts < last.span.evaluateToTs && Number.isNaN(known[i]),
      );
      expect(judged.length).toBe(0);
      expect(inputs[0].bars.ts.findIndex((ts) => ts >= inputs[0].span.fromTs)).toBe(300);
    }
  });

  test('moves its symbols together, and none of them by its past', () => {
    const returns = walks.symbols.map(({ bars }) => returnsOf(bars));

    expect(Math.abs(meanCorrelation(returns) - 0.25)).toBeLessThan(0.03);
    const serial = returns.map((values) => correlationWithNext(values, values));
    expect(Math.abs(serial.reduce((a, b) => a + b) / serial.length)).toBeLessThan(0.03);
  });

  test('leans where it has an edge the day after its volume tells', () => {
    const edged = simulatedUniverse(recipe, { ...options, edge: 0.4 });
    const lean = ({ symbols }: typeof walks): number =>
      symbols
        .map(({ bars, states }) => correlationWithNext(Float64Array.from(states), returnsOf(bars)))
        .reduce((sum, value) => sum + value / symbols.length, 0);

    expect(Math.abs(lean(walks))).toBeLessThan(0.03);
    expect(lean(edged)).toBeGreaterThan(0.3);
    expect(edged.symbols[0].bars.volume).toEqual(walks.symbols[0].bars.volume);
  });
});
