import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contracts/errors.ts';
import { action, rawBars } from '../../market/actions/actions.fixture.ts';
import { adjustedBars } from '../../market/actions/adjustment.ts';
import { bars as barsOf } from '../../market/bars/bars.fixture.ts';
import { sliceBars, type Bars } from '../../market/bars/bars.ts';
import { dayOf } from '../../market/calendar/exchange-time.ts';
import { randomWalk } from '../random-walk.fixture.ts';
import { barrierUnit } from './barrier-unit.ts';
import { labelContract } from './labels.fixture.ts';
import {
  defaultTripleBarrierOptions as options,
  tripleBarrierLabels,
  type TripleBarrierOptions,
} from './triple-barrier.ts';

/*
 * One position of 100, bought at the open of bar 4: the closes before it move by ± 1 %, so that the
 * barriers of two deviations stand near 102.3 and 97.7.
 */
const small: TripleBarrierOptions = { horizon: 3, up: 2, down: 2, lookback: 3 };
const dayMs = 86_400_000;

interface HeldBar {
  readonly open?: number;
  readonly high?: number;
  readonly low?: number;
}

function held(...days: readonly HeldBar[]): Bars {
  const quiet = [100, 101, 100, 101];
  const open = [...quiet, ...days.map((day) => day.open ?? 100)];
  return barsOf({
    close: open,
    open,
    high: [...quiet, ...days.map((day, i) => Math.max(day.high ?? 100, open[4 + i]))],
    low: [...quiet, ...days.map((day, i) => Math.min(day.low ?? 100, open[4 + i]))],
  });
}

const quiet: HeldBar = {};
const unit = barrierUnit(held(quiet), 3)[3];
const upper = 100 * Math.exp(2 * unit);
const lower = 100 * Math.exp(-2 * unit);

describe('tripleBarrierLabels', () => {
  test.each([
    ['the upper barrier within a bar', [quiet, { high: 103 }], 1, upper, 5],
    ['the lower barrier within a bar', [quiet, { low: 97 }], 0, lower, 5],
    ['a barrier on the very bar it was bought at', [{ low: 90 }], 0, lower, 4],
    ['both within a bar: the worse', [{ high: 103, low: 97 }], 0, lower, 4],
    ['an open above the upper one', [quiet, { open: 105, low: 90 }], 1, 105, 5],
    ['an open below the lower one', [quiet, { open: 95, high: 110 }], 0, 95, 5],
  ])('sells at %s', (_, days, label, price, at) => {
    const bars = held(...days);

    const found = tripleBarrierLabels(bars, small);

    expect(found.labels[3]).toBe(label);
    expect(found.returns[3]).toBeCloseTo(price / 100 - 1, 12);
    expect(found.ends[3]).toBe(bars.ts[at] + dayMs - 1);
  });

  test.each([
    [101, 1],
    [100, 0],
    [99, 0],
  ])('sells at the open after the horizon where none is touched: %s is %s', (open, label) => {
    const bars = held(quiet, quiet, quiet, { open });

    const found = tripleBarrierLabels(bars, small);

    expect(found.labels[3]).toBe(label);
    expect(found.returns[3]).toBeCloseTo(open / 100 - 1, 12);
    expect(found.ends[3]).toBe(bars.ts[7]);
  });

  test('does not know a position that still stands', () => {
    expect(tripleBarrierLabels(held(quiet, quiet, quiet), small).labels[3]).toBe(-1);
    expect(tripleBarrierLabels(held(), small).labels[3]).toBe(-1);
  });

  test('takes going ex for no loss, and credits whoever held the share', () => {
    const cash = Float64Array.of(0, 0, 0, 0, 0, 10, 0, 0);
    const ex = { open: 90, high: 90 };
    const paying = { ...held(quiet, ex, ex, { open: 91, high: 91 }), cash };
    const late = { ...paying, cash: Float64Array.of(0, 0, 0, 0, 10, 0, 0, 0) };

    expect(tripleBarrierLabels(paying, small).labels[3]).toBe(1);
    expect(tripleBarrierLabels(paying, small).returns[3]).toBeCloseTo(0.01, 12);
    // Bought at the open of the ex-date: the fall is a loss.
    expect(tripleBarrierLabels(late, small).labels[3]).toBe(0);
  });

  test('gives no label where prices stand still: there is no unit', () => {
    const still = barsOf({ close: Array.from({ length: 60 }, () => 851.19) });

    const { labels, returns } = tripleBarrierLabels(still, options);

    expect([...new Set(labels)]).toEqual([-1]);
    expect(returns.every(Number.isNaN)).toBe(true);
  });

  test('labels all of one class where prices only rise', () => {
    const rising = barsOf({ close: Array.from({ length: 60 }, (_, i) => 1.01 ** i + i / 50) });

    const { labels } = tripleBarrierLabels(rising, options);

    expect([...new Set(labels.subarray(20, 54))]).toEqual([1]);
  });

  test('holds for bars and not for days: a gap ends a label later', () => {
    const walk = randomWalk(60, 5);
    const wide = { ...options, up: 99, down: 99 };
    const gap = { ...walk, ts: walk.ts.map((ts, i) => (i < 40 ? ts : ts + 30 * dayMs)) };

    const found = tripleBarrierLabels(gap, wide);

    expect(found.ends[38]).toBe(walk.ts[44] + 30 * dayMs);
    expect(found.labels).toEqual(tripleBarrierLabels(walk, wide).labels);
  });

  test('knows nothing where the horizon is longer than the bars and no barrier is touched', () => {
    const far = { ...options, up: 99, down: 99, horizon: 60 };

    expect([...new Set(tripleBarrierLabels(randomWalk(60, 5), far).labels)]).toEqual([-1]);
  });

  test('across a split are those of a share that was never split', () => {
    const days = randomWalk(120, 9);
    const split = action({ symbol: days.symbol, exDate: dayOf(days.ts[60]) });

    const adjusted = tripleBarrierLabels(adjustedBars(rawBars(days, split), [split]), options);
    const raw = tripleBarrierLabels(rawBars(days, split), options);

    const unsplit = tripleBarrierLabels(days, options);
    expect(adjusted.labels).toEqual(unsplit.labels);
    expect(adjusted.ends).toEqual(unsplit.ends);
    expect(Math.min(...raw.returns.filter(Number.isFinite))).toBeLessThan(-0.7);
  });

  test.each([
    { horizon: 0 },
    { horizon: 2.5 },
    { up: 0 },
    { up: Infinity },
    { down: -1 },
    { down: NaN },
    { lookback: 1 },
    { lookback: 2.5 },
  ])('refuses %o', (wrong) => {
    expect(() => tripleBarrierLabels(randomWalk(60, 5), { ...options, ...wrong })).toThrow(
      InputError,
    );
  });
});

describe('barrierUnit', () => {
  test('is the deviation of the log returns known at a close, dividends among them', () => {
    const close = [100, 110, 99, 108.9];
    const bars = barsOf({ close });

    expect([...barrierUnit(bars, 2)].map(Number.isNaN)).toEqual([true, true, false, false]);
    expect(barrierUnit(bars, 2)[3]).toBeCloseTo(Math.log(1.1 / 0.9) / Math.SQRT2, 12);
    const paid = { ...bars, cash: Float64Array.of(0, 0, 22, 0) };
    expect(barrierUnit(paid, 2)[2]).toBeCloseTo(0, 12);
  });

  test('is the same on the bars up to t', () => {
    const walk = randomWalk(80, 3);
    const unit80 = barrierUnit(walk, 20);

    expect(barrierUnit(sliceBars(walk, 0, 50), 20)).toEqual(unit80.slice(0, 50));
  });
});

labelContract('tripleBarrierLabels', randomWalk(200, 4), (bars) =>
  tripleBarrierLabels(bars, options),
);
