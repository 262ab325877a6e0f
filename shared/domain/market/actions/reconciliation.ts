import { addDays, type TradingDay } from '../../../contracts/time.ts';
import type { Bars } from '../bars/bars.ts';
import { median } from './detector.ts';
import { dayOf } from '../calendar/exchange-time.ts';
import { lineSegments, type Line } from '../bars/line-segments.ts';

/** When two series of one symbol count as saying the same. */
export interface ReconcileOptions {
  /** Prices this close, as a share of the price, are equal: vendors round what they adjust. */
  readonly tolerance: number;
  /** And within so many rupees: a tick of the exchange. */
  readonly tick: number;
  /** Bars that both need for a judgement. */
  readonly leastBars: number;
  /** Bars of one stretch, at least. */
  readonly leastSegment: number;
  /** An intercept above this share of the price distorts returns. */
  readonly leastOffset: number;
  /** Share of bars off every line that makes two series differ. */
  readonly mostStrange: number;
}

/** What told VEDL, IOC, COALINDIA and HEROMOTOCO from 27 other names on 143 to 332 daily bars. */
const defaultReconcileOptions: ReconcileOptions = {
  tolerance: 0.001,
  tick: 0.05,
  leastBars: 20,
  leastSegment: 10,
  leastOffset: 0.002,
  mostStrange: 0.02,
};

/** One stretch over which the other series is a straight line of the reference. */
export interface Stretch {
  /** Days `[from, to)`. */
  readonly from: TradingDay;
  readonly to: TradingDay;
  readonly bars: number;
  /** other = slope · reference + intercept; rupees. */
  readonly slope: number;
  readonly intercept: number;
  /** Rupees off the line, of the worst price. */
  readonly largestResidual: number;
}

/** The two prices that lie furthest apart. */
export interface LargestDifference {
  readonly day: TradingDay;
  readonly column: (typeof priceColumns)[number];
  readonly reference: number;
  readonly other: number;
  /** Their distance as a share of the reference's price at the expected slope. */
  readonly share: number;
}

/** What was found, worst first: only `scaled` leaves returns as they are. */
export const findings = ['too-short', 'subtractive', 'jump', 'differs', 'scaled'] as const;
export type Finding = (typeof findings)[number];

/** Two series of one symbol, bar by bar. */
export interface Reconciliation {
  /** Bars both have, and those that one lacks between the first and the last of them. */
  readonly compared: number;
  readonly onlyReference: number;
  readonly onlyOther: number;
  /** Bars with a price that is not the reference's at the expected slope. */
  readonly differing: number;
  readonly largest?: LargestDifference;
  /** What known actions make of the other's prices. */
  readonly expectedSlope: number;
  /** Median of the other's volume over the reference's; absent where nothing was traded. */
  readonly volumeRatio?: number;
  readonly stretches: readonly Stretch[];
  /** Bars off every line. */
  readonly strange: number;
  readonly findings: readonly Finding[];
  /** Whether the other may stand in evidence. */
  readonly passes: boolean;
}

const priceColumns = ['open', 'high', 'low', 'close'] as const;

/**
 * Compares two series of one symbol and interval, and finds what a vendor took off its prices.
 *
 * A split adjustment multiplies: the other's prices are a slope times the reference's. A vendor that
 * subtracts an extraordinary dividend from every earlier price leaves an intercept, and old returns
 * that are too large.
 *
 * @param reference - raw bars, adjusted by confirmed actions from the first bar on
 * @param expectedSlope - what known actions after the first common bar make of adjusted prices
 */
export function reconciliation(
  reference: Bars,
  other: Bars,
  expectedSlope: number,
  options: ReconcileOptions = defaultReconcileOptions,
): Reconciliation {
  const common = commonBars(reference, other);
  const { pairs, onlyReference, onlyOther } = common;
  const differences = differencesOf(common, expectedSlope, options);
  const traded = pairs.filter(([i]) => reference.volume[i] > 0);
  const base = {
    compared: pairs.length,
    onlyReference,
    onlyOther,
    expectedSlope,
    ...differences,
    ...(traded.length > 0
      ? { volumeRatio: median(traded.map(([i, j]) => other.volume[j] / reference.volume[i])) }
      : {}),
  };
  if (pairs.length < options.leastBars)
    return { ...base, stretches: [], strange: 0, findings: ['too-short'], passes: false };
  const fitted = fittedLines(common, options);
  const found = findingsOf(fitted, base, options);
  const { stretches, strange } = fitted;
  const passes = found.every((finding) => finding === 'scaled');
  return { ...base, stretches, strange, findings: found, passes };
}

type Pair = readonly [inReference: number, inOther: number];

/** Two series and the bars they share. */
interface CommonBars {
  readonly reference: Bars;
  readonly other: Bars;
  readonly pairs: readonly Pair[];
  readonly onlyReference: number;
  readonly onlyOther: number;
}

function commonBars(reference: Bars, other: Bars): CommonBars {
  const pairs: Pair[] = [];
  for (let i = 0, j = 0; i < reference.ts.length && j < other.ts.length;) {
    const apart = reference.ts[i] - other.ts[j];
    if (apart === 0) pairs.push([i, j]);
    if (apart <= 0) i++;
    if (apart >= 0) j++;
  }
  const first = pairs.at(0) ?? [0, 0];
  const last = pairs.at(-1) ?? [-1, -1];
  return {
    reference,
    other,
    pairs,
    onlyReference: last[0] - first[0] + 1 - pairs.length,
    onlyOther: last[1] - first[1] + 1 - pairs.length,
  };
}

function differencesOf(
  { reference, other, pairs }: CommonBars,
  slope: number,
  { tolerance, tick }: ReconcileOptions,
): { readonly differing: number; readonly largest?: LargestDifference } {
  let differing = 0;
  let largest: LargestDifference | undefined;
  for (const [i, j] of pairs) {
    let isEqual = true;
    for (const column of priceColumns) {
      const expected = reference[column][i] * slope;
      const apart = Math.abs(other[column][j] - expected);
      if (apart <= tolerance * expected + tick) continue;
      isEqual = false;
      if (apart / expected <= (largest?.share ?? 0)) continue;
      largest = {
        day: dayOf(reference.ts[i]),
        column,
        reference: reference[column][i],
        other: other[column][j],
        share: apart / expected,
      };
    }
    if (!isEqual) differing++;
  }
  return { differing, ...(largest === undefined ? {} : { largest }) };
}

interface Fitted {
  readonly stretches: readonly Stretch[];
  readonly lines: readonly Line[];
  readonly strange: number;
  /** Median price of the other series. */
  readonly price: number;
}

function fittedLines(
  { reference, other, pairs }: CommonBars,
  { tolerance, tick, leastSegment }: ReconcileOptions,
): Fitted {
  const each = priceColumns.length;
  const x = new Float64Array(pairs.length * each);
  const y = new Float64Array(pairs.length * each);
  pairs.forEach(([i, j], bar) =>
    priceColumns.forEach((column, k) => {
      x[bar * each + k] = reference[column][i];
      y[bar * each + k] = other[column][j];
    }),
  );
  const price = median(y);
  const rounding = tolerance * price + tick;
  const lines = lineSegments({ x, y, each }, { leastBars: leastSegment, rounding, leastGain: 0.5 });
  let strange = 0;
  const stretches = lines.map(({ start, end, slope, intercept }) => {
    let largestResidual = 0;
    for (let bar = start; bar < end; bar++) {
      let worst = 0;
      for (let p = bar * each; p < (bar + 1) * each; p++)
        worst = Math.max(worst, Math.abs(y[p] - slope * x[p] - intercept));
      if (worst > rounding) strange++;
      largestResidual = Math.max(largestResidual, worst);
    }
    const from = dayOf(reference.ts[pairs[start][0]]);
    const to = addDays(dayOf(reference.ts[pairs[end - 1][0]]), 1);
    return { from, to, bars: end - start, slope, intercept, largestResidual };
  });
  return { stretches, lines, strange, price };
}

/** How many standard errors an intercept must lie from nothing. */
const surely = 6;

function findingsOf(
  { lines, strange, price }: Fitted,
  {
    compared,
    differing,
    expectedSlope,
  }: Pick<Reconciliation, 'compared' | 'differing' | 'expectedSlope'>,
  { tolerance, leastOffset, mostStrange }: ReconcileOptions,
): Finding[] {
  const isSubtractive = lines.some(
    ({ intercept, interceptError }) =>
      Math.abs(intercept) > leastOffset * price && Math.abs(intercept) > surely * interceptError,
  );
  const found = new Set<Finding>();
  if (isSubtractive) found.add('subtractive');
  if (lines.length > 1) found.add('jump');
  if (strange > mostStrange * compared) found.add('differs');
  // Rounding alone bends the slope of small prices: what does not differ is not scaled.
  const isOff = lines.some(({ slope }) => Math.abs(slope / expectedSlope - 1) > 2 * tolerance);
  if (isOff && differing > mostStrange * compared) found.add('scaled');
  return findings.filter((finding) => found.has(finding));
}
