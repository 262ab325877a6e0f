import type { EpochMs, Interval } from '../../../contracts/time.ts';
import type { Bars } from './bars.ts';
import { columnsOf, pickedBars } from './merged-bars.ts';

/** Bars of a series, and when each of them was received. */
export interface StampedBars {
  readonly bars: Bars;
  /** n times, epoch milliseconds UTC. */
  readonly receivedAt: Float64Array;
}

/** Bars that were all received at once. */
export function stampedBars(bars: Bars, receivedAt: EpochMs): StampedBars {
  return { bars, receivedAt: new Float64Array(bars.ts.length).fill(receivedAt) };
}

/** No bars of a symbol and interval. */
export function noBars(symbol: string, interval: Interval): Bars {
  return { symbol, interval, ...columnsOf(() => new Float64Array(0)) };
}

/** The bars of a series that stand, and those that later ones took the place of. */
export interface BarHistory {
  /** One bar a time, ascending. */
  readonly standing: StampedBars;
  /** Ascending; bars of one time in the order in which they stood. */
  readonly superseded: StampedBars;
}

/**
 * Lays the segments of a series over each other.
 *
 * @param layers - where times meet, a later layer's bar stands; at least one layer
 */
export function barHistory(layers: readonly StampedBars[]): BarHistory {
  const all = joined(layers);
  const { ts } = all.bars;
  const isAscending = ts.every((time, i) => i === 0 || time > ts[i - 1]);
  if (isAscending) return { standing: all, superseded: picked(all, []) };
  // Layers ascend, and sorting is stable: a time's last row is the latest layer's.
  const order = Array.from(ts.keys()).sort((a, b) => ts[a] - ts[b]);
  const stands = (place: number): boolean => ts[order[place]] !== ts[order[place + 1]];
  return {
    standing: picked(
      all,
      order.filter((_, place) => stands(place)),
    ),
    superseded: picked(
      all,
      order.filter((_, place) => !stands(place)),
    ),
  };
}

/** Bars of several layers by time, those of one time in the order in which they were received. */
export function inOrderOfReceipt(layers: readonly StampedBars[]): StampedBars {
  const all = joined(layers);
  const { ts } = all.bars;
  const order = Array.from(ts.keys()).sort(
    (a, b) => ts[a] - ts[b] || all.receivedAt[a] - all.receivedAt[b],
  );
  return picked(all, order);
}

/** Bars that add to known ones, or differ from them. */
export interface BarsByTurn {
  /** Those that stand from now on. */
  readonly timely: Bars;
  /** Those of them at times that had none. */
  readonly added: Bars;
  /** A zombie's: what stands at their times was received after them. */
  readonly late: Bars;
}

/**
 * Tells the received bars that come too late to stand from the others.
 *
 * @param revised - bars that differ from the known ones, or lie at times that have none
 */
export function barsByTurn(known: StampedBars, revised: Bars, receivedAt: EpochMs): BarsByTurn {
  const timely: number[] = [];
  const added: number[] = [];
  const late: number[] = [];
  const { ts } = known.bars;
  for (let row = 0, i = 0; row < revised.ts.length; row++) {
    while (i < ts.length && ts[i] < revised.ts[row]) i++;
    const isKnown = ts[i] === revised.ts[row];
    (isKnown && known.receivedAt[i] > receivedAt ? late : timely).push(row);
    if (!isKnown) added.push(row);
  }
  return {
    timely: pickedBars(revised, timely),
    added: pickedBars(revised, added),
    late: pickedBars(revised, late),
  };
}

function joined(layers: readonly StampedBars[]): StampedBars {
  if (layers.length === 1) return layers[0];
  const { symbol, interval } = layers[0].bars;
  return {
    bars: {
      symbol,
      interval,
      ...columnsOf((name) => concatenated(layers.map(({ bars }) => bars[name]))),
    },
    receivedAt: concatenated(layers.map(({ receivedAt }) => receivedAt)),
  };
}

function concatenated(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((rows, part) => rows + part.length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

/** The rows at some indices, in any order. */
function picked({ bars, receivedAt }: StampedBars, rows: readonly number[]): StampedBars {
  const { symbol, interval } = bars;
  return {
    bars: {
      symbol,
      interval,
      ...columnsOf((name) => Float64Array.from(rows, (row) => bars[name][row])),
    },
    receivedAt: Float64Array.from(rows, (row) => receivedAt[row]),
  };
}
