import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { addDays, type EpochMs, type TradingDay } from '../../shared/contracts/time.ts';
import { bars } from '../../shared/domain/market/bars/bars.fixture.ts';
import { calendar } from '../../shared/domain/market/calendar/calendar.fixture.ts';
import { coverage } from '../../shared/domain/market/coverage/coverage.ts';
import { instrumentsOf } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { instrument } from '../../shared/domain/market/instruments/instruments.fixture.ts';
import { noBars } from '../../shared/domain/market/bars/stamped-bars.ts';
import { append, receipt, second, vendor } from '../../shared/runtime/bars/bar-store.fixture.ts';
import { openBarStore, type BarSeries } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import { coverBars } from './cover-bars.ts';
import { importBars } from './import-bars.ts';

const day = (text: string): TradingDay => text as TradingDay;
const week = ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04', '2024-01-05'].map(day);
const exchange = calendar(Object.fromEntries(week.map((one) => [one, 'regular'])));
const listed = (symbol: string, on?: TradingDay) =>
  instrument(symbol, on === undefined ? {} : { listed: on });
const instruments = instrumentsOf([listed('OLD'), listed('NEW', week[2]), listed('OBEROIRLTY')]);

/** Friday's trading is over. */
async function world() {
  const store = openBarStore(await scratchRoot());
  const now = () => Date.parse('2024-01-05T18:00:00+05:30') as EpochMs;
  return { bars: store, calendar: exchange, instruments, now };
}
const daily = (symbol: string, ...days: readonly number[]) =>
  bars({ symbol, close: days.map(() => 1), days: days.map((i) => week[i]) });
const series = (symbol: string, adjustment: BarSeries['adjustment'] = 'vendor'): BarSeries => ({
  ...vendor,
  symbol,
  adjustment,
});

describe('coverBars', () => {
  test('has the counts, the ratio and the gaps of each symbol, and their sum', async () => {
    const to = await world();
    await append(to.bars, series('OLD'), daily('OLD', 0, 2, 3));
    await append(to.bars, series('XYZ'), daily('XYZ', 0, 1, 2, 3, 4));

    const report = await coverBars(to, { symbols: 'all' });

    expect(report).toEqual({
      interval: '1d',
      from: '2024-01-01',
      to: '2024-01-06',
      sessions: 5,
      symbols: [
        {
          symbol: 'OLD',
          interval: '1d',
          expectedBars: 5,
          presentBars: 3,
          coverage: 0.6,
          gaps: [
            { from: '2024-01-02', to: '2024-01-03', bars: 1, reason: 'not-fetched' },
            { from: '2024-01-05', to: '2024-01-06', bars: 1, reason: 'not-fetched' },
          ],
        },
        {
          symbol: 'XYZ',
          interval: '1d',
          expectedBars: 5,
          presentBars: 5,
          coverage: 1,
          gaps: [],
        },
      ],
      total: { expectedBars: 10, presentBars: 8, coverage: 0.8 },
    });
  });

  test('expects a symbol from its listing, else from its first bar, else from the day asked', async () => {
    const to = await world();
    await append(to.bars, series('XYZ'), daily('XYZ', 0));
    await append(to.bars, series('OLD'), daily('OLD', 1));
    await append(to.bars, series('NEW'), daily('NEW', 3));
    const expected = async (from?: TradingDay) => {
      const { symbols } = await coverBars(to, { symbols: 'all', ...(from ? { from } : {}) });
      return Object.fromEntries(symbols.map((one) => [one.symbol, one.expectedBars]));
    };

    expect(await expected()).toEqual({ XYZ: 5, OLD: 4, NEW: 3 });
    expect(await expected(week[0])).toEqual({ XYZ: 5, OLD: 5, NEW: 3 });
    expect(await expected(week[3])).toEqual({ XYZ: 2, OLD: 2, NEW: 2 });
  });

  test('expects nothing of a symbol after its delisting, nor of a later span', async () => {
    const delisted = instrument('OLD', { delisted: week[3] });
    const to = { ...(await world()), instruments: instrumentsOf([delisted]) };
    await append(to.bars, series('OLD'), daily('OLD', 0, 1));
    const expected = async (from: TradingDay) => {
      const { symbols } = await coverBars(to, { symbols: 'all', from });
      return symbols[0].expectedBars;
    };

    expect([await expected(week[0]), await expected(week[4])]).toEqual([3, 0]);
  });

  test('expects of each symbol the bars of its own hours', async () => {
    const cas = calendar({ '2024-01-05': 'regular-with-cas' });
    const known = instrumentsOf([instrument('OLD'), instrument('NEW', { derivatives: false })]);
    const to = { ...(await world()), calendar: cas, instruments: known };
    const ts = [Date.parse('2024-01-05T09:15+05:30')];
    for (const symbol of ['OLD', 'NEW'])
      await append(
        to.bars,
        { ...series(symbol), interval: '5m' },
        bars({ symbol, interval: '5m', ts, close: [1] }),
      );

    const { symbols } = await coverBars(to, { symbols: 'all' });

    expect(symbols.map((one) => [one.symbol, one.expectedBars])).toEqual([
      ['NEW', 75],
      ['OLD', 72],
    ]);
  });

  test('expects nothing of a span that ends before the listing', async () => {
    const to = await world();
    await append(to.bars, series('NEW'), daily('NEW', 3));

    const report = await coverBars(to, { symbols: 'all', from: week[0], to: week[2] });

    expect(report.symbols[0]).toMatchObject({ expectedBars: 0, coverage: 1, gaps: [] });
  });

  test('takes a bar of any series of the symbol, and why the others are missing', async () => {
    const to = await world();
    await append(to.bars, series('OLD', 'raw'), daily('OLD', 0, 1));
    await append(to.bars, series('OLD', 'vendor'), daily('OLD', 1, 2));
    const answers = [
      { from: week[3], to: week[4], reason: 'vendor-gap' as const, askedAt: second(0) },
    ];
    await to.bars.append(
      series('OLD', 'raw'),
      { bars: noBars('OLD', '1d'), quarantined: [], answers },
      receipt(1),
    );

    const { symbols } = await coverBars(to, { symbols: 'all' });

    expect(symbols[0]).toMatchObject({
      presentBars: 3,
      gaps: [
        { from: '2024-01-04', bars: 1, reason: 'vendor-gap' },
        { from: '2024-01-05', bars: 1, reason: 'not-fetched' },
      ],
    });
  });

  test('reports a symbol that has answers alone, and one that has nothing if asked for', async () => {
    const to = await world();
    await append(to.bars, series('OLD'), daily('OLD', 0));
    const answers = [
      { from: week[0], to: week[4], reason: 'wrong-code' as const, askedAt: second(0) },
    ];
    await to.bars.append(
      series('XYZ'),
      { bars: noBars('XYZ', '1d'), quarantined: [], answers },
      receipt(1),
    );

    const all = await coverBars(to, { symbols: 'all' });
    const asked = await coverBars(to, { symbols: ['OBEROIRLTY', 'OLD'] });

    expect(all.symbols[1]).toMatchObject({
      symbol: 'XYZ',
      presentBars: 0,
      gaps: [
        { bars: 4, reason: 'wrong-code' },
        { bars: 1, reason: 'not-fetched' },
      ],
    });
    expect(asked.symbols.map(({ symbol, coverage: share }) => [symbol, share])).toEqual([
      ['OBEROIRLTY', 0],
      ['OLD', 0.2],
    ]);
  });

  test('keeps intervals apart, each from its own first bar', async () => {
    const to = await world();
    await append(to.bars, series('OLD'), daily('OLD', 0, 1, 2, 3, 4));
    const ts = Array.from({ length: 75 }, (_, i) => Date.parse('2024-01-05T09:15+05:30') + i * 3e5);
    await append(
      to.bars,
      { ...series('OLD'), interval: '5m' },
      bars({ symbol: 'OLD', interval: '5m', ts, close: ts.map(() => 1) }),
    );

    const report = await coverBars(to, { symbols: 'all' });

    expect(report).toMatchObject({ interval: 'all', from: '2024-01-01', sessions: 5 });
    expect(report.symbols.map((one) => [one.interval, one.expectedBars])).toEqual([
      ['1d', 5],
      ['5m', 75],
    ]);
    expect(await coverBars(to, { symbols: 'all', interval: '5m' })).toMatchObject({
      interval: '5m',
      from: '2024-01-05',
      total: { expectedBars: 75, presentBars: 75 },
    });
  });

  test('refuses unknown symbols with those that may be meant, no bars, and foreign days', async () => {
    const to = await world();
    await expect(coverBars(to, { symbols: 'all' })).rejects.toThrow('there are no bars; import');
    await append(to.bars, series('OLD'), daily('OLD', 0));

    await expect(coverBars(to, { symbols: ['OBEROI'] })).rejects.toThrow(
      'did you mean "OBEROIRLTY"?',
    );
    await expect(coverBars(to, { symbols: 'all', interval: '1m' })).rejects.toThrow(
      'there are no bars of interval "1m"',
    );
    await expect(coverBars(to, { symbols: 'all', from: day('2019-01-01') })).rejects.toThrow(
      'lies outside the calendar',
    );
    await expect(coverBars(to, { symbols: ['OBEROI'] })).rejects.toThrow(InputError);
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../shared/real-data', import.meta.url));

describe.skipIf(!existsSync(realData))('coverBars of real bars', () => {
  test('counts from heads what counting the bars themselves gives', async () => {
    const reference = await readReference();
    const store = openBarStore(await scratchRoot());
    const now = () => Date.parse('2026-06-12T18:00:00+05:30') as EpochMs;
    const to = { bars: store, ...reference, now };
    for (const folder of ['daily', '5minute', '5minute_muhurat'])
      await importBars(to, {
        path: path.join(realData, folder),
        adjustment: 'vendor',
      });

    const report = await coverBars(to, { symbols: 'all' });

    expect(report.symbols.length).toBeGreaterThan(130);
    for (const { symbol, interval, gaps, ...counts } of report.symbols) {
      const pin = await store.series(symbol, interval);
      if (pin === undefined) throw new Error(`"${symbol}" has no bars`);
      const { listed: on = pin.first } = reference.instruments.find(symbol) ?? {};
      const start = on > pin.first ? on : pin.first;
      const end = addDays(day('2026-06-12'), 1);
      expect({ symbol, ...counts }).toMatchObject({
        symbol,
        ...coverage(await store.read(pin), reference.calendar, {
          from: start,
          to: end,
          instrumentClass: 'derivatives',
        }),
      });
      expect(gaps.reduce((sum, gap) => sum + gap.bars, 0)).toBe(
        counts.expectedBars - counts.presentBars,
      );
    }
  });
});
