import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bars as barsOf } from '../market/bars/bars.fixture.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { pickedBars } from '../market/bars/merged-bars.ts';
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

  test('costs the others nothing that a member’s bars end', () => {
    const short = [...series.slice(0, 4), sliceBars(series[4], 0, 200)];

    const section = crossSection(pool(short), horizon);

    const others = crossSection(pool(series.slice(0, 4)), horizon);
    const whole = crossSection(pool(), horizon);
    for (let row = 0; row < section.ts.length; row++) {
      const [at, own] = [series[0].ts.indexOf(section.ts[row]), section.member[row]];
      const isKnown = own < 4 ? at < 300 - 6 : at < 200 - 6;
      expect(section.labels[row] >= 0, `bar "${at}" of "${own}"`).toBe(isKnown);
      expect(Number.isNaN(section.labelEnds[row])).toBe(!isKnown);
      // Against those who know their return: all five, and then the other four.
      const [against] = [at < 200 - 6 ? whole : others];
      const same = [...against.ts.keys()].find(
        (one) => against.ts[one] === section.ts[row] && against.member[one] === own,
      );
      if (same !== undefined) expect(section.labels[row]).toBe(against.labels[same]);
    }
  });

  test('knows no label of a day on which half of the members do not know their return', () => {
    const half = [
      ...series.slice(0, 2),
      ...series.slice(2, 4).map((one) => sliceBars(one, 0, 200)),
    ];

    const { ts, labels } = crossSection(pool(half), horizon);

    const known = new Set([...ts.keys()].flatMap((row) => (labels[row] < 0 ? [] : [ts[row]])));
    expect(known).toEqual(
      new Set([...series[0].ts.subarray(100, 194), ...series[0].ts.subarray(200, 294)]),
    );
  });

  test('ends the label of a suspended member alone when it trades again', () => {
    const kept = [...series[2].ts.keys()].filter((bar) => bar <= 152 || bar >= 210);
    const suspended = series.with(2, { ...pickedBars(series[2], kept), symbol: 'CCC' });

    const { ts, member, labelEnds, medianEnds, labels } = crossSection(pool(suspended), horizon);

    const at = (bar: number, own: number): number =>
      ts.findIndex((stamp, row) => stamp === series[0].ts[bar] && member[row] === own);
    for (const own of [0, 1, 3, 4]) expect(labelEnds[at(150, own)]).toBe(series[0].ts[156]);
    // Bars 151, 152 and then four of those from 210 on.
    expect(labelEnds[at(150, 2)]).toBe(series[0].ts[213]);
    expect(medianEnds[at(150, 2)]).toBe(series[0].ts[156]);
    expect(labels[at(150, 2)]).toBeGreaterThanOrEqual(0);
    expect(labelEnds[at(140, 2)]).toBe(series[0].ts[146]);
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

  test('gives the same labels on bars cut off anywhere, of those that had ended, whoever stands still', () => {
    const late = { labels: 0 };
    fc.assert(
      fc.property(
        fc.integer({ min: 101, max: 299 }),
        fc.array(
          fc.tuple(fc.nat(4), fc.integer({ min: 100, max: 290 }), fc.integer({ min: 1, max: 80 })),
          {
            maxLength: 3,
          },
        ),
        (end, stills) => {
          const traded = series.map((all, own) => {
            const isStill = (bar: number): boolean =>
              stills.some(([who, from, bars]) => who === own && bar >= from && bar < from + bars);
            const kept = [...all.ts.keys()].filter((bar) => !isStill(bar));
            return { ...pickedBars(all, kept), symbol: all.symbol };
          });
          const until = series[0].ts[end];
          const known = traded.map((all) =>
            sliceBars(all, 0, [...all.ts].filter((ts) => ts < until).length),
          );
          const whole = said(crossSection(pool(traded), horizon));

          const cut = said(crossSection(pool(known), horizon));

          for (const [key, [label, value, ends]] of cut) {
            const [all = -1, full = NaN, last = NaN] = whole.get(key) ?? [];
            expect([label, ends]).toEqual(last < until ? [all, last] : [-1, NaN]);
            if (!Number.isNaN(value)) expect(value).toBe(full);
            if (last > until) late.labels += 1;
          }
        },
      ),
      { seed: 1, numRuns: 150 },
    );

    expect(late.labels).toBeGreaterThan(100);
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

  test('lose to a suspension the suspended member’s own and nobody else’s', () => {
    const kept = [...series[2].ts.keys()].filter((bar) => bar <= 152 || bar >= 210);
    const suspended = series.with(2, { ...pickedBars(series[2], kept), symbol: 'CCC' });
    const rowsOf = (all: readonly Bars[]): string[] => {
      const section = crossSection(pool(all), horizon);
      const rows = pooledTrainingRows(section, span, readyBars);
      return Array.from(rows, (row) => `${section.member[row]} ${section.ts[row]}`);
    };

    const [before, after] = [rowsOf(series), rowsOf(suspended)];

    // It trades on none of 57 sessions, and the six labels before them take longer than the others'.
    const isOwn = (row: string): boolean => row.startsWith('2 ');
    expect(after.filter((row) => !isOwn(row))).toEqual(before.filter((row) => !isOwn(row)));
    expect(before.length - after.length).toBe(57 + 6);
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
