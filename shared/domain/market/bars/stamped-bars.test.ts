import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../contracts/time.ts';
import { bars } from './bars.fixture.ts';
import { checkedBars } from './bars.ts';
import { mergedBars, revisionOf } from './merged-bars.ts';
import {
  barHistory,
  barsByTurn,
  inOrderOfReceipt,
  stampedBars,
  type StampedBars,
} from './stamped-bars.ts';

const layer = fc
  .uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1 })
  .map((times) => times.toSorted((a, b) => a - b));
/** Layers that were received one after the other; each bar closes at the number of its layer. */
const layers = fc
  .array(layer, { minLength: 1, maxLength: 5 })
  .map((all) =>
    all.map((ts, n) => stampedBars(bars({ ts, close: ts.map(() => n + 1) }), (n + 1) as EpochMs)),
  );

const rows = ({ bars: { ts, close }, receivedAt }: StampedBars): string[] =>
  Array.from(ts, (time, i) => `${time} ${close[i]} ${receivedAt[i]}`);

describe('barHistory', () => {
  test('lets stand what merging lets stand, and loses no bar', () => {
    fc.assert(
      fc.property(layers, (all) => {
        const { standing, superseded } = barHistory(all);

        expect(checkedBars(standing.bars)).toEqual(
          all.map((one) => one.bars).reduce((older, newer) => mergedBars(older, newer)),
        );
        expect([...rows(standing), ...rows(superseded)].toSorted()).toEqual(
          all.flatMap(rows).toSorted(),
        );
        expect(rows(inOrderOfReceipt([superseded]))).toEqual(rows(superseded));
      }),
    );
  });
});

describe('barsByTurn', () => {
  test('sets apart what is older than what stands at its time', () => {
    const known: StampedBars = {
      bars: bars({ ts: [1, 2, 3], close: [1, 1, 1] }),
      receivedAt: Float64Array.of(5, 7, 9),
    };
    const received = bars({ ts: [1, 2, 3, 4], close: [2, 2, 2, 2] });

    const turn = barsByTurn(known, revisionOf(known.bars, received).bars, 7 as EpochMs);

    expect([...turn.timely.ts]).toEqual([1, 2, 4]);
    expect([...turn.added.ts]).toEqual([4]);
    expect([...turn.late.ts]).toEqual([3]);
  });
});
