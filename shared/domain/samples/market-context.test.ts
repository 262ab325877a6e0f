import { describe, expect, test } from 'vitest';
import { adjustedBars } from '../market/actions/adjustment.ts';
import { action, rawBars } from '../market/actions/actions.fixture.ts';
import { sliceBars, type Bars } from '../market/bars/bars.ts';
import { dayOf } from '../market/calendar/exchange-time.ts';
import { contextAt, universeContext, type ContextMember } from './market-context.ts';
import { randomWalk } from './random-walk.fixture.ts';

const names = ['AAA', 'BBB', 'CCC', 'DDD'];
const sectors = ['banks', 'banks', 'metals', undefined];
const series = names.map((symbol, seed) => ({ ...randomWalk(200, 40 + seed), symbol }));

function member(bars: Bars, options: Partial<ContextMember> = {}): ContextMember {
  const sector = sectors[names.indexOf(bars.symbol)];
  return { bars, isMember: () => true, ...(sector === undefined ? {} : { sector }), ...options };
}

const all = series.map((bars) => member(bars));
const whole = universeContext(all);
const logReturn = (bars: Bars, bar: number, over: number): number =>
  Math.log(bars.close[bar] / bars.close[bar - over]);

describe('universeContext', () => {
  test('says what the members did at a session', () => {
    const bar = 150;
    const returns = series.map((bars) => logReturn(bars, bar, 1));
    const sorted = returns.toSorted((a, b) => a - b);
    const above = series.filter(({ close }) => {
      const mean = close.subarray(bar - 49, bar + 1).reduce((sum, value) => sum + value) / 50;
      return close[bar] > mean;
    });

    expect(whole.indexReturn[bar]).toBeCloseTo((sorted[1] + sorted[2]) / 2, 7);
    expect(whole.breadth[bar]).toBe(above.length / 4);
    const mean = returns.reduce((sum, value) => sum + value) / 4;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 4;
    expect(whole.dispersion[bar]).toBeCloseTo(Math.sqrt(variance), 7);
    expect(whole.sectors.get('banks')?.[bar]).toBeCloseTo((returns[0] + returns[1]) / 2, 7);
    expect([...whole.sectors.keys()]).toEqual(['banks', 'metals']);
  });

  test.each([
    ['momentum', 60],
    ['reversal', 5],
  ] as const)('ranks the %s of %s bars from 0 to 1', (column, over) => {
    const bar = 150;
    const order = names.toSorted(
      (a, b) =>
        logReturn(series[names.indexOf(a)], bar, over) -
        logReturn(series[names.indexOf(b)], bar, over),
    );

    const ranks = order.map((symbol) => whole[column].get(symbol)?.[bar] ?? NaN);

    expect(ranks).toEqual([0, Math.fround(1 / 3), Math.fround(2 / 3), 1]);
    expect(whole[column].get('AAA')?.[over - 1]).toBeNaN();
    expect(whole[column].get('AAA')?.[over]).not.toBeNaN();
  });

  test('is the same at a session on bars that end there, or that begin sixty before it', () => {
    for (const end of [70, 121, 199]) {
      const cut = universeContext(series.map((bars) => member(sliceBars(bars, end - 60, end + 1))));
      for (const bars of series) {
        const [now, then] = [cut, whole].map((of) =>
          contextAt(of, { symbol: bars.symbol, ts: bars.ts.subarray(end, end + 1) }, 'banks'),
        );
        expect(now).toEqual(then);
      }
    }
  });

  test('takes the index where it has a bar, and the median name where it has none', () => {
    const index = { ...sliceBars(randomWalk(200, 99), 0, 100), symbol: 'INDEX' };

    const { indexReturn } = universeContext(all, index);

    expect(indexReturn[99]).toBe(Math.fround(logReturn(index, 99, 1)));
    expect(indexReturn[100]).toBe(whole.indexReturn[100]);
  });

  test('counts a symbol only while it is a member', () => {
    const until = series[3].ts[150];
    const leaving = all.with(3, member(series[3], { isMember: (ts) => ts < until }));

    const context = universeContext(leaving);

    expect(context.momentum.get('DDD')?.[149]).toBe(whole.momentum.get('DDD')?.[149]);
    expect(context.momentum.get('DDD')?.[150]).toBeNaN();
    expect(context.dispersion[150]).not.toBe(whole.dispersion[150]);
  });

  test('sees through a confirmed split, and nothing across one that nobody confirmed', () => {
    const split = action({ symbol: 'BBB', exDate: dayOf(series[1].ts[120]), priceFactor: 0.2 });
    const raw = rawBars(series[1], split);

    const confirmed = universeContext(all.with(1, member(adjustedBars(raw, [split]))));
    const doubtful = universeContext(all.with(1, member(raw, { unconfirmed: [split] })));

    confirmed.momentum.get('BBB')?.forEach((rank, session) => {
      expect(rank).toBe(whole.momentum.get('BBB')?.[session]);
      const isAcross = session >= 120 && session < 180;
      expect(Number.isNaN(doubtful.momentum.get('BBB')?.[session])).toBe(isAcross || session < 60);
    });
  });
});
