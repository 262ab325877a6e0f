import { describe, expect, test } from 'vitest';
import { readActionsCsv } from '../../../runtime/reference/actions-csv.ts';
import { carriedActions } from '../../../runtime/reference/actions.ts';
import { day } from './actions.fixture.ts';
import { adjustedBars } from './adjustment.ts';
import { firstAtOrAfter } from '../bars/bars.ts';
import { suspects, wideGaps } from './detector.ts';
import { dayStart } from '../calendar/exchange-time.ts';
import { marketMove } from './market-move.ts';
import { hasRealBars, realBars } from '../bars/real-bars.fixture.ts';
import { barActions, unconfirmedDays } from './unconfirmed.ts';

/** Every split and bonus of the 44 names of 2018-06 to 2021-04, and nothing else. */
const real = [
  'BRITANNIA 2018-11-29 1/2',
  'EICHERMOT 2020-08-24 1/10',
  'GAIL 2019-07-09 1/2',
  'HCLTECH 2019-12-05 1/2',
  'INFY 2018-09-04 1/2',
  'WIPRO 2019-03-06 3/4',
];

describe.skipIf(!hasRealBars)('real raw bars of 2018 to 2021', async () => {
  const names = hasRealBars ? await realBars('daily_raw_unadjusted') : [];
  const known = { actions: await readActionsCsv(carriedActions), moves: [] };

  test('show every split and bonus to the detector, and no crash of March 2020', () => {
    const found = names.flatMap((bars) =>
      suspects(wideGaps(bars), marketMove(undefined, names, bars.symbol)).map((one) => {
        expect(one.looksLike).toBe('action');
        const over = one.ratio === 0.75 ? '3/4' : `1/${Math.round(1 / one.ratio)}`;
        return `${bars.symbol} ${one.day} ${over}`;
      }),
    );

    expect(found).toEqual(real);
    // Openings more than 10 % from the close before: 24 of them in March 2020.
    expect(names.flatMap((bars) => wideGaps(bars))).toHaveLength(36);
  });

  test('leave nothing to ask, read with the carried table', () => {
    for (const bars of names) {
      const found = barActions(bars, 'raw', known);
      const asked = unconfirmedDays(found, marketMove(undefined, names, bars.symbol));
      expect(
        asked.filter(({ gap }) => gap !== undefined),
        bars.symbol,
      ).toEqual([]);
    }
  });

  test.each([
    ['INFY', '2018-09-04'],
    ['BRITANNIA', '2018-11-29'],
    ['WIPRO', '2019-03-06'],
    ['GAIL', '2019-07-09'],
    ['HCLTECH', '2019-12-05'],
    ['EICHERMOT', '2020-08-24'],
  ])('of %s go on across %s once adjusted', (symbol, exDate) => {
    const bars = names.find((one) => one.symbol === symbol);
    if (bars === undefined) throw new Error(`no bars of "${symbol}"`);
    const { applied } = barActions(bars, 'raw', known);

    const adjusted = adjustedBars(bars, applied);

    const at = firstAtOrAfter(bars, dayStart(day(exDate)));
    expect(Math.abs(adjusted.open[at] / adjusted.close[at - 1] - 1)).toBeLessThan(0.02);
    const moves = adjusted.close.subarray(1).map((close, i) => Math.log(close / adjusted.close[i]));
    expect(Math.abs(moves[at - 1])).toBeLessThan(0.05);
    expect(adjusted.close.subarray(0, at)).toEqual(bars.close.subarray(0, at));
  });
});

describe.skipIf(!hasRealBars)('the crash of 2020-03-23', async () => {
  const all = hasRealBars ? await realBars('daily') : [];
  const index = all.find(({ symbol }) => symbol === 'NIFTY50_INDEX');
  // The vendor took 42 rupees off VEDL's prices, which nearly doubles its falls: see reconcile.
  const names = all.filter((bars) => bars !== index && bars.symbol !== 'VEDL');
  const lookAlikes = (known: 'nothing' | 'the names' | 'the index'): string[] =>
    names.flatMap((bars) => {
      const ofNames = marketMove(known === 'the index' ? index : undefined, names, bars.symbol);
      return suspects(wideGaps(bars), known === 'nothing' ? () => undefined : ofNames)
        .filter((one) => one.day.startsWith('2020-03'))
        .map((one) => `${bars.symbol} ${one.day} ${one.gap.toFixed(2)} ${one.words}`);
    });

  test('looks like four bonuses to whoever does not know the market', () => {
    expect(lookAlikes('nothing')).toEqual([
      'HAL 2020-03-23 0.83 1:5 bonus',
      'HDFCAMC 2020-03-23 0.85 1:5 bonus',
      'JSWENERGY 2020-03-23 0.81 1:4 bonus',
      'VBL 2020-03-23 0.80 1:4 bonus',
    ]);
  });

  test.each(['the names', 'the index'] as const)('is none beside %s', (known) => {
    expect(lookAlikes(known)).toEqual([]);
  });
});
