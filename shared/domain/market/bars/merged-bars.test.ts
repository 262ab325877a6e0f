import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bars } from './bars.fixture.ts';
import { checkedBars, type Bars } from './bars.ts';
import { mergedBars, revisionOf } from './merged-bars.ts';

const series = fc
  .uniqueArray(
    fc.record({ ts: fc.integer({ min: 1, max: 30 }), close: fc.integer({ min: 1, max: 3 }) }),
    {
      selector: ({ ts }) => ts,
    },
  )
  .map((rows) => rows.toSorted((a, b) => a.ts - b.ts))
  .map((rows) => bars({ ts: rows.map(({ ts }) => ts), close: rows.map(({ close }) => close) }));

const byTime = (all: Bars): Map<number, number> =>
  new Map(Array.from(all.ts, (ts, i) => [ts, all.close[i]]));

describe('mergedBars', () => {
  test('holds every time of both, ascending, and the newer bar where both have one', () => {
    fc.assert(
      fc.property(series, series, (older, newer) => {
        const merged = checkedBars(mergedBars(older, newer));

        expect(byTime(merged)).toEqual(
          new Map([...byTime(older), ...byTime(newer)].sort(([a], [b]) => a - b)),
        );
      }),
    );
  });
});

describe('revisionOf', () => {
  test('is just what makes the known bars hold all received ones', () => {
    fc.assert(
      fc.property(series, series, (known, received) => {
        const { bars: revised, added, changed } = revisionOf(known, received);

        expect(mergedBars(known, revised)).toEqual(mergedBars(known, received));
        expect(added).toBe(
          [...byTime(received).keys()].filter((ts) => !byTime(known).has(ts)).length,
        );
        expect(revised.ts).toHaveLength(added + changed);
        expect(revisionOf(mergedBars(known, revised), received).bars.ts).toHaveLength(0);
      }),
    );
  });

  test('sees a change in any column', () => {
    const known = bars({ close: [5, 5], volume: [10, 20] });

    const revision = revisionOf(known, { ...known, volume: Float64Array.of(10, 21) });

    expect(revision).toMatchObject({ added: 0, changed: 1 });
    expect([...revision.bars.volume]).toEqual([21]);
  });
});
