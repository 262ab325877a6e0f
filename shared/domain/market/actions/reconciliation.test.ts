import { describe, expect, test } from 'vitest';
import { bars as barsOf } from '../bars/bars.fixture.ts';
import { sliceBars, type Bars } from '../bars/bars.ts';
import { pickedBars } from '../bars/merged-bars.ts';
import { hasRealBars, realBars } from '../bars/real-bars.fixture.ts';
import { reconciliation } from './reconciliation.ts';

const close = Array.from({ length: 60 }, (_, i) => 100 + 10 * Math.sin(i / 3) + i / 10);
const raw = barsOf({ close });
/** The same bars with every price changed. */
const priced = (bars: Bars, change: (price: number, i: number) => number, volume = 1): Bars => ({
  ...bars,
  open: bars.open.map(change),
  high: bars.high.map(change),
  low: bars.low.map(change),
  close: bars.close.map(change),
  volume: bars.volume.map((value) => value * volume),
});
const cents = (price: number): number => Math.round(price * 20) / 20;

describe('reconciliation', () => {
  test('agrees with itself', () => {
    expect(reconciliation(raw, raw, 1)).toMatchObject({
      compared: 60,
      onlyReference: 0,
      onlyOther: 0,
      differing: 0,
      strange: 0,
      volumeRatio: 1,
      findings: [],
      passes: true,
      stretches: [{ from: '2024-01-01', bars: 60 }],
    });
  });

  test('agrees with a split adjustment that is known, rounded to a tick', () => {
    const split = priced(raw, (price) => cents(price / 5), 5);

    expect(reconciliation(raw, split, 0.2)).toMatchObject({
      differing: 0,
      volumeRatio: 5,
      findings: [],
      passes: true,
    });
  });

  test('says that prices are scaled by what nobody knows, which leaves returns as they are', () => {
    const found = reconciliation(
      raw,
      priced(raw, (price) => price * 0.95),
      1,
    );

    expect(found).toMatchObject({ differing: 60, findings: ['scaled'], passes: true });
    expect(found.stretches[0].slope).toBeCloseTo(0.95, 10);
    expect(found.largest?.share).toBeCloseTo(0.05, 10);
  });

  test('finds money taken off every price', () => {
    const found = reconciliation(
      raw,
      priced(raw, (price) => cents(price * 0.5 - 15)),
      0.5,
    );

    expect(found).toMatchObject({ findings: ['subtractive'], passes: false });
    expect(found.stretches[0].intercept).toBeCloseTo(-15, 1);
  });

  test('finds where it was taken off, and that prices jump there', () => {
    const found = reconciliation(
      raw,
      priced(raw, (price, i) => (i < 30 ? price - 5 : price)),
      1,
    );

    expect(found).toMatchObject({ findings: ['subtractive', 'jump'], passes: false });
    expect(found.stretches.map(({ bars }) => bars)).toEqual([30, 30]);
  });

  test('finds bars of something else', () => {
    const wild = priced(raw, (price, i) => price * (i % 7 === 0 ? 1.1 : 1));

    expect(reconciliation(raw, wild, 1)).toMatchObject({ findings: ['differs'], passes: false });
  });

  test('lets one strange bar in sixty pass, and names it', () => {
    const one = priced(raw, (price, i) => (i === 30 ? price * 1.001 + 0.2 : price));

    expect(reconciliation(raw, one, 1)).toMatchObject({
      differing: 1,
      strange: 1,
      largest: { day: '2024-02-12', reference: expect.any(Number) as number },
      findings: [],
      passes: true,
    });
  });

  test('counts bars that one of them lacks, and judges nothing on too few', () => {
    const gaps = pickedBars(
      raw,
      [...raw.ts.keys()].filter((i) => i !== 5 && i !== 6),
    );

    expect(reconciliation(raw, gaps, 1)).toMatchObject({ compared: 58, onlyReference: 2 });
    expect(reconciliation(gaps, raw, 1)).toMatchObject({ compared: 58, onlyOther: 2 });
    expect(reconciliation(raw, sliceBars(raw, 41, 60), 1)).toMatchObject({
      compared: 19,
      findings: ['too-short'],
      passes: false,
    });
    expect(reconciliation(raw, sliceBars(raw, 0, 0), 1)).toMatchObject({ compared: 0 });
  });
});

describe.skipIf(!hasRealBars)('reconciliation of real vendor bars against raw ones', async () => {
  const raws = hasRealBars ? await realBars('daily_raw_unadjusted') : [];
  const vendors = hasRealBars ? await realBars('daily') : [];
  const found = raws.flatMap((reference) => {
    const other = vendors.find(({ symbol }) => symbol === reference.symbol);
    return other ? [[reference.symbol, reconciliation(reference, other, 1)] as const] : [];
  });

  test('finds the four names whose dividends were taken off, and no other', () => {
    const lines = found
      .filter(([, { passes }]) => !passes)
      .map(([symbol, { findings, stretches }]) => [
        symbol,
        findings[0],
        ...stretches.map(({ slope, intercept }) => [slope.toFixed(3), intercept.toFixed(2)]),
      ]);

    expect(found).toHaveLength(32);
    expect(lines).toEqual([
      ['COALINDIA', 'subtractive', ['1.000', '-15.25']],
      ['HEROMOTOCO', 'subtractive', ['1.000', '-100.00']],
      ['IOC', 'subtractive', ['0.667', '-15.00']],
      ['VEDL', 'subtractive', ['1.000', '-42.00']],
    ]);
  });

  test('finds the others to be the raw prices times what happened later, to a tick', () => {
    const slopes = found
      .filter(([, { passes, stretches }]) => passes && Math.abs(stretches[0].slope - 1) > 1e-3)
      .map(([symbol, { stretches }]) => `${symbol} ${stretches[0].slope.toFixed(4)}`);

    expect(slopes).toEqual([
      'BAJAJFINSV 0.1000',
      'BAJFINANCE 0.1000',
      'GRASIM 0.9960',
      'NESTLEIND 0.0500',
      'RELIANCE 0.4766',
      'TATASTEEL 0.1000',
      'WIPRO 0.5000',
    ]);
    for (const [symbol, { strange, stretches }] of found) {
      expect(stretches, symbol).toHaveLength(1);
      expect(strange, symbol).toBe(0);
    }
  });
});
