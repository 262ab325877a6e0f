import { describe, expect, test } from 'vitest';
import { sliceBars, type Bars } from '../../market/bars/bars.ts';
import type { LabelColumns } from './label-columns.ts';

/**
 * Registers what labels of every kind promise, on `bars`:
 * - one value a bar; label, return and end are known together
 * - some label is 1 and some is 0
 * - a label ends after its own bar
 * - truncation: on `bars[..t]` a label is known if and only if it ends within them, and is the same
 * - the future: bars after a label's end change nothing about it
 * - no unit: a share that was split a hundredfold before all bars has the same labels
 */
export function labelContract(name: string, bars: Bars, of: (bars: Bars) => LabelColumns): void {
  describe(`labelContract of ${name}`, () => {
    const n = bars.ts.length;
    const full = of(bars);

    test('knows label, return and end of a bar together, after the bar', () => {
      expect([full.labels.length, full.returns.length, full.ends.length]).toEqual([n, n, n]);
      full.labels.forEach((label, t) => {
        expect(Number.isNaN(full.returns[t]), `return "${t}"`).toBe(label === -1);
        expect(Number.isNaN(full.ends[t]), `end "${t}"`).toBe(label === -1);
        if (label !== -1) expect(full.ends[t], `end "${t}"`).toBeGreaterThan(bars.ts[t]);
      });
      expect(new Set(full.labels)).toEqual(new Set([0, 1, -1]));
    });

    test('knows on the bars up to any t what ends within them, and the same', () => {
      for (let count = 0; count <= n; count += 1 + (count % 7)) {
        const known = of(sliceBars(bars, 0, count));
        const end = count === n ? Infinity : bars.ts[count];
        for (let t = 0; t < count; t++) {
          const isKnown = full.ends[t] < end;
          expect(known.labels[t], `"${t}" of "${count}"`).toBe(isKnown ? full.labels[t] : -1);
          expect(known.returns[t], `"${t}" of "${count}"`).toBe(isKnown ? full.returns[t] : NaN);
          expect(known.ends[t], `"${t}" of "${count}"`).toBe(isKnown ? full.ends[t] : NaN);
        }
      }
    });

    test('does not see bars after the label’s end', () => {
      const cut = Math.floor(n / 2);
      const changed = of(scaledFrom(bars, cut, 3));

      for (let t = 0; t < n; t++)
        if (full.ends[t] < bars.ts[cut]) expect(changed.labels[t], `"${t}"`).toBe(full.labels[t]);
      expect(changed.returns).not.toEqual(full.returns);
    });

    test('has no unit', () => {
      const split = of(scaledFrom(bars, 0, 1 / 64));

      expect(split).toEqual(full);
    });
  });
}

/** Prices from bar `cut` on times a factor; a power of two changes no digit. */
function scaledFrom(bars: Bars, cut: number, factor: number): Bars {
  const scaled = (column: Float64Array): Float64Array =>
    column.map((value, i) => (i < cut ? value : value * factor));
  return {
    ...bars,
    open: scaled(bars.open),
    high: scaled(bars.high),
    low: scaled(bars.low),
    close: scaled(bars.close),
  };
}
