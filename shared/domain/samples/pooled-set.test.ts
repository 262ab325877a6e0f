import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bars as barsOf } from '../market/bars.fixture.ts';
import { sliceBars, type Bars } from '../market/bars.ts';
import { pickedBars } from '../market/merged-bars.ts';
import {
  crossSection,
  pooledEvaluationRows,
  pooledSampleSet,
  pooledTrainingRows,
  type CrossSection,
  type PoolMember,
} from './pooled-set.ts';
import { randomWalk } from './random-walk.fixture.ts';
import { pooledRecipe } from './recipes.ts';
import { sampleSet } from './sample-set.ts';
import { spanOf } from './window-span.fixture.ts';

const horizon = 5;
const names = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'];
const series = names.map((symbol, seed) => ({ ...randomWalk(300, 20 + seed), symbol }));
const span = spanOf(series[0], 100, 240, 280);

function pool(all: readonly Bars[] = series): PoolMember[] {
  return all.map((bars) => ({ bars, fromTs: span.fromTs }));
}

/** A section by row: what is said of each symbol and time. */
function said(section: CrossSection): Map<string, readonly number[]> {
  return new Map(
    Array.from(section.ts, (ts, row) => [
      `${section.member[row]} ${ts}`,
      [section.labels[row], section.forwardReturns[row], section.labelEnds[row]],
    ]),
  );
}

describe('crossSection', () => {
  test('labels what beats the median of its day; ties and the median itself do not', () => {
    const opens = [
      [100, 100, 110],
      [100, 100, 120],
      [100, 100, 110],
      [100, 100, 90],
    ];
    const members = opens.map((open) => ({ bars: barsOf({ open, close: open }), fromTs: 0 }));

    const { labels, forwardReturns, labelEnds, member } = crossSection(members, 1);

    expect([...member.subarray(0, 4)]).toEqual([0, 1, 2, 3]);
    expect([...labels.subarray(0, 4)]).toEqual([0, 1, 0, 0]);
    expect(forwardReturns[1]).toBeCloseTo(0.2, 12);
    expect(labelEnds[0]).toBe(members[0].bars.ts[2]);
    expect([...labels.subarray(4)]).toEqual(Array.from({ length: 8 }, () => -1));
  });

  test('knows no label of a day on which one member’s return is unknown', () => {
    const short = [...series.slice(0, 4), sliceBars(series[4], 0, 200)];

    const section = crossSection(pool(short), horizon);

    for (let row = 0; row < section.ts.length; row++) {
      const at = series[0].ts.indexOf(section.ts[row]);
      const isKnown = at < 200 - 6 || (at >= 200 && at < 300 - 6);
      expect(section.labels[row] >= 0, `bar "${at}"`).toBe(isKnown);
      expect(Number.isNaN(section.labelEnds[row])).toBe(!isKnown);
    }
  });

  test('ends each label of a day when the last of its returns is known', () => {
    const kept = [...series[2].ts.keys()].filter((bar) => bar !== 152);
    const late = series.with(2, pickedBars(series[2], kept) as (typeof series)[number]);

    const { ts, labelEnds } = crossSection(pool(late), horizon);

    // Bar 150 of the others ends six bars on; of the one without bar 152 a bar later.
    expect(labelEnds[ts.indexOf(series[0].ts[150])]).toBe(series[0].ts[157]);
    expect(labelEnds[ts.indexOf(series[0].ts[140])]).toBe(series[0].ts[146]);
  });

  test('reads nothing of other days: a later bar changes no earlier label', () => {
    const before = said(crossSection(pool(), horizon));
    const changed = series.with(1, {
      ...series[1],
      open: series[1].open.map((open, bar) => (bar > 200 ? open * 2 : open)),
    });

    const after = said(crossSection(pool(changed), horizon));

    for (const [key, [label, , end]] of before)
      if (end <= series[0].ts[200]) expect(after.get(key)?.[0], key).toBe(label);
    expect(after).not.toEqual(before);
  });

  test('gives the same labels on bars cut off anywhere, of those that had ended', () => {
    const whole = said(crossSection(pool(), horizon));
    fc.assert(
      fc.property(fc.integer({ min: 101, max: 299 }), (end) => {
        const cut = said(crossSection(pool(series.map((all) => sliceBars(all, 0, end))), horizon));

        for (const [key, values] of cut) {
          const [label, value, ends] = whole.get(key) ?? [];
          const isKnown = ends < series[0].ts[end];
          expect(values).toEqual(isKnown ? [label, value, ends] : [-1, NaN, NaN]);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });
});

describe('rows of a pool', () => {
  const { readyBars } = pooledRecipe;

  test('train in the window, ready, and ended by the close of the decision day', () => {
    const section = crossSection(pool(), horizon);

    const rows = pooledTrainingRows(section, span, readyBars);

    const stamps = new Set(Array.from(rows, (row) => section.ts[row]));
    expect([...stamps]).toEqual(Array.from(series[0].ts.subarray(100, 241 - 6)));
    expect(rows.length).toBe(stamps.size * names.length);
  });

  test('are the same on bars that end with the decision day', () => {
    const known = pool(series.map((all) => sliceBars(all, 0, 241)));
    const [whole, cut] = [pool(), known].map((members) => {
      const section = crossSection(members, horizon);
      const rows = pooledTrainingRows(section, span, readyBars);
      return pooledSampleSet(members, section, rows, pooledRecipe);
    });

    expect(cut).toEqual(whole);
  });

  test('hold a member from its listing, once it is ready', () => {
    const members = pool([...series.slice(0, 4), sliceBars(series[4], 150, 300)]);
    const section = crossSection(members, horizon);

    const rows = pooledTrainingRows(section, span, readyBars);

    const own = [...rows].filter((row) => section.member[row] === 4);
    expect(section.ts[own[0]]).toBe(series[0].ts[150 + readyBars - 1]);
    // Its return counts in the median from its first day on.
    expect([...section.member].filter((member) => member === 4)).toHaveLength(150);
  });

  test('have the features that each member’s bars have alone', () => {
    const members = pool();
    const section = crossSection(members, horizon);
    const rows = pooledEvaluationRows(section, span);

    const { matrix, ts, symbols } = pooledSampleSet(members, section, rows, pooledRecipe);

    expect(ts.length).toBe(40 * names.length);
    const bar = series[0].ts.indexOf(ts[7]);
    const alone = sampleSet(series[2], Int32Array.of(bar), pooledRecipe).matrix;
    expect(symbols?.names[symbols.of[7]]).toBe('CCC');
    expect(matrix.features).toEqual(alone.features);
    expect(alone.features.map((_, j) => matrix.values[j * matrix.rows + 7])).toEqual([
      ...alone.values,
    ]);
  });
});
