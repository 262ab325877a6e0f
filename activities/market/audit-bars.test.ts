import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { action } from '../../shared/domain/market/actions/actions.fixture.ts';
import { bars } from '../../shared/domain/market/bars/bars.fixture.ts';
import type { QuarantinedBar } from '../../shared/domain/market/bars/quarantine.ts';
import { openActions } from '../../shared/runtime/reference/actions.ts';
import { openBarStore, type Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import { auditBars } from './audit-bars.ts';
import { importBars } from './import-bars.ts';

const { calendar, instruments } = await readReference();
const now = () => Date.parse('2026-06-15T18:00:00+05:30') as EpochMs;
const receipt = { fetch: 'import/test', receivedAt: now() };
const days = ['2024-01-01', '2024-01-02', '2024-01-03'] as TradingDay[];

async function world() {
  const root = await scratchRoot();
  const actions = openActions(root, instruments);
  return { actions, bars: openBarStore(root), calendar, instruments, now };
}
type TestWorld = Awaited<ReturnType<typeof world>>;

async function add(
  to: TestWorld,
  added: Parameters<typeof bars>[0],
  adjustment: Adjustment = 'raw',
  quarantined: readonly QuarantinedBar[] = [],
) {
  const made = bars({ symbol: 'AAA', ...added });
  const { symbol, interval } = made;
  const received = { bars: made, quarantined, answers: [] };
  await to.bars.append({ symbol, interval, source: 'csv', adjustment }, received, receipt);
}

/** A session of five-minute bars at 100, of 10 shares each. */
const session = {
  interval: '5m',
  close: Array.from({ length: 75 }, (_, i) => 100 + (i % 2)),
  volume: Array.from({ length: 75 }, () => 10),
} as const;

describe('auditBars', () => {
  test('judges every series of every symbol and says how much that was', async () => {
    const to = await world();
    await add(to, { close: [100, 50.5, 50], days });
    await add(to, { close: [50, 50, 50.5], days }, 'vendor');
    await add(to, { symbol: 'BBB', close: [1, 1, 1], days });
    const told: string[] = [];

    const report = await auditBars(to, { symbols: 'all' }, (symbol) => told.push(symbol));

    expect(report).toMatchObject({ symbols: 2, series: 3, bars: 9 });
    expect(report.findings).toMatchObject([
      { symbol: 'AAA', interval: '1d', series: 'csv-raw', rule: 'large-move', from: days[1] },
    ]);
    expect(told).toEqual(['AAA', 'BBB']);
  });

  test('finds nothing in a jump that a confirmed action or move explains', async () => {
    const to = await world();
    const split = { symbol: 'AAA', exDate: days[1], priceFactor: 0.5, volumeFactor: 2 };
    await add(to, { close: [100, 50.5, 50], days });
    await add(to, { close: [100, 50.5, 50], days }, 'vendor');
    const found = async () => {
      const { findings } = await auditBars(to, { symbols: ['AAA'] });
      return findings.map(({ rule, series }) => `${series} ${rule}`);
    };

    await to.actions.record({ actions: [action({ ...split, confirmed: false })] });
    expect(await found(), 'nobody confirmed it').toHaveLength(2);

    await to.actions.record({ actions: [action(split)] });
    expect(await found(), 'a vendor should have taken it out').toEqual(['csv-vendor large-move']);

    const move = { symbol: 'AAA', day: days[1], source: 'operator', knownAt: days[2] };
    await to.actions.record({ moves: [move] });
    expect(await found()).toEqual([]);
  });

  test('compares intraday bars with daily ones that are adjusted alike, and no others', async () => {
    const to = await world();
    await add(to, session);
    await add(
      to,
      { close: [100], high: [140], low: [100], volume: [750], days: days.slice(0, 1) },
      'vendor',
    );

    expect((await auditBars(to, { symbols: ['AAA'] })).findings).toEqual([]);

    await add(to, { close: [101], high: [101], low: [100], volume: [900], days: days.slice(0, 1) });
    const { findings } = await auditBars(to, { symbols: ['AAA'], interval: '5m' });
    expect(findings).toMatchObject([
      {
        interval: '5m',
        rule: 'daily-against-intraday',
        detail: expect.stringContaining('daily bars have "900", intraday ones "750"'),
      },
    ]);
  });

  test('tells rows that were set aside, even of a series without bars', async () => {
    const to = await world();
    const [bad] = days.map((day) => Date.parse(`${day}T00:00:00+05:30`));
    const row = { ts: bad, open: 1, high: 1, low: 1, close: 1, volume: -5 };
    await add(to, { close: [] }, 'raw', [{ ...row, reason: 'volume "-5" is negative' }]);

    const { findings } = await auditBars(to, { symbols: 'all' });

    expect(findings).toMatchObject([
      { rule: 'quarantined', from: days[0], count: 1, detail: 'volume "-5" is negative' },
    ]);
  });

  test('refuses a symbol without bars, with those that may have been meant', async () => {
    const to = await world();
    await add(to, { symbol: 'RELIANCE', close: [1, 1], days: days.slice(0, 2) });

    const audit = auditBars(to, { symbols: ['RELIANC'] });

    await expect(audit).rejects.toThrow(InputError);
    await expect(audit).rejects.toThrow('no bars of "RELIANC"; did you mean "RELIANCE"?');
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../shared/real-data', import.meta.url));

describe.skipIf(!existsSync(realData))('auditBars of real bars', () => {
  test('finds 26 files of 5 minutes that never have an opening volume, and nothing else', async () => {
    const to = await world();
    await importBars(to, { path: path.join(realData, '5minute'), adjustment: 'vendor' });

    const { findings, symbols, bars: judged } = await auditBars(to, { symbols: 'all' });

    expect([symbols, judged]).toEqual([35, 194_839]);
    expect(findings).toHaveLength(26);
    for (const { rule, count, detail } of findings)
      expect([rule, count, detail]).toEqual([
        'no-opening-volume',
        52,
        'the bar of "09:15" has no volume in "52" sessions in a row',
      ]);
  });

  test('finds nothing wrong with bars of one minute', async () => {
    const to = await world();
    await importBars(to, { path: path.join(realData, '1minute'), adjustment: 'vendor' });

    const { findings, bars: judged } = await auditBars(to, { symbols: 'all' });

    expect(judged).toBe(119_996);
    expect(findings).toEqual([]);
  });

  test('finds the crashes of raw daily bars, whose splits and bonuses are known, and nothing once those are confirmed', async () => {
    const to = await world();
    const folder = path.join(realData, 'daily_raw_unadjusted');
    await importBars(to, { path: folder, adjustment: 'raw' });

    const { findings } = await auditBars(to, { symbols: 'all' });
    const found = findings.map(({ symbol, from }) => `${symbol} ${from}`);

    expect(found).toEqual([
      'AXISBANK 2020-03-23',
      'BAJAJFINSV 2020-03-23',
      'BAJFINANCE 2020-03-23',
      'INDUSINDBK 2020-03-18',
      'INDUSINDBK 2020-03-23',
      'INDUSINDBK 2020-03-26',
      'ZEEL 2019-01-25',
    ]);
    await to.actions.record({
      moves: findings.map(({ symbol, from }) => {
        const day = from as TradingDay;
        return { symbol, day, source: 'operator', knownAt: day };
      }),
    });
    expect((await auditBars(to, { symbols: 'all' })).findings).toEqual([]);
  });
});
