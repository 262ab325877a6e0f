import { appendFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { DayFault, FaultAt } from '../../scripts/exchange/faults.ts';
import type { StoredWindow } from '../../shared/contracts/backfill.ts';
import type { EpochMs, Interval, TradingDay } from '../../shared/contracts/time.ts';
import { instrumentsOf } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { instrument } from '../../shared/domain/market/instruments/instruments.fixture.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import { soundBars } from '../../shared/runtime/bars/bar-receipt.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { canMakeDisk, tinyDisk } from '../../shared/runtime/scratch.fixture.ts';
import { run } from '../world.fixture.ts';
import {
  asked,
  brought,
  fetched,
  planned,
  presence,
  testMarket,
  windowsOf,
  type TestMarket,
} from './market.fixture.ts';

// What a source answered:
// - is stored as one segment, with its fetch and its time; bad rows are set aside with their reason
// - leaves a reason for each session that is still short
// - may be stored again, and changes nothing then
// - stays where it is while the disk is full

const day = (text: string): TradingDay => text as TradingDay;
const fault = (name: DayFault, date: string, interval?: Interval): FaultAt => ({
  fault: name,
  symbol: 'RELIANCE',
  day: day(date),
  ...(interval === undefined ? {} : { interval }),
});
const withFaults = (...at: readonly FaultAt[]): Promise<TestMarket> =>
  testMarket({ served: { faults: { at } } });
const request = asked('2024-01-01', '2024-01-05');
const series = { symbol: 'RELIANCE', interval: '5m', series: 'simulated-raw' } as const;

async function storedAgain({ world }: TestMarket, runId: string): Promise<StoredWindow> {
  const window = 'RELIANCE/5m/2024-01-01..2024-01-06';
  return await run(world, 'storeBars', { runId, root: world.root.id, window });
}

describe('storeBars', () => {
  test('stores every bar that was expected, with its fetch and its time', async () => {
    const market = await testMarket();

    const stored = await brought(market, 'r1', request);

    expect(stored).toEqual([
      { requests: 1, rows: 375, added: 375, changed: 0, quarantined: 0, empty: {} },
    ]);
    const { days, answers } = await presence(market);
    expect(days).toEqual({ from: '2024-01-01', bars: [75, 75, 75, 75, 75] });
    expect(answers).toEqual([]);
    const { fetches } = await market.world.bars.history(series);
    expect(fetches.map(({ fetch }) => fetch)).toEqual(['backfill/r1']);
  });

  test('sets a bad row aside and costs its session no other', async () => {
    const market = await withFaults(fault('negative-volume', '2024-01-03'));

    const [stored] = await brought(market, 'r1', request);

    expect(stored).toMatchObject({
      rows: 375,
      added: 374,
      quarantined: 1,
      empty: { quarantined: 1 },
    });
    const known = await presence(market);
    expect(known.quarantined).toEqual([{ day: '2024-01-03', bars: 1 }]);
    expect(known.answers).toMatchObject([
      { from: '2024-01-03', to: '2024-01-04', reason: 'quarantined' },
    ]);
  });

  test.each([
    ['lacks its first bar', 'missing-open', 374],
    ['is not there', 'missing-day', 300],
  ] as const)('records a vendor gap where a day %s', async (_, name, added) => {
    const market = await withFaults(fault(name, '2024-01-03'));

    const [stored] = await brought(market, 'r1', request);

    expect(stored).toMatchObject({ added, empty: { 'vendor-gap': 1 } });
    const { answers } = await presence(market);
    expect(answers).toMatchObject([{ from: '2024-01-03', to: '2024-01-04', reason: 'vendor-gap' }]);
    expect(answers[0].askedAt).toBeGreaterThan(Date.parse('2024-01-12T18:00:00+05:30'));
  });

  test('fills a gap with what comes on another day', async () => {
    const market = await withFaults(fault('late-day', '2024-01-03'));
    const [first] = await brought(market, 'r1', request);
    market.setTime('2024-01-13 10:00');
    await market.renew();

    const [second] = await brought(market, 'r2', request);

    expect(first.empty).toEqual({ 'vendor-gap': 1 });
    expect(second).toMatchObject({ requests: 1, rows: 75, added: 75, empty: {} });
    expect((await presence(market)).days.bars).toEqual([75, 75, 75, 75, 75]);
    expect(await planned(market, 'r3', request)).toMatchObject({ resting: { complete: 1 } });
  });

  test('takes the code for wrong where the source has no bar under it', async () => {
    const wrong = instrumentsOf([instrument('RELIANCE', { isecCode: 'RELIN' })]);
    const market = await testMarket({ instruments: wrong });

    const [stored] = await brought(market, 'r1', request);

    expect(stored).toMatchObject({ rows: 0, added: 0, empty: { 'wrong-code': 5 } });
    const { answers, days } = await presence(market);
    expect(answers).toMatchObject([{ from: '2024-01-01', to: '2024-01-06', reason: 'wrong-code' }]);
    expect(days.bars).toEqual([]);
  });

  test('takes what lies before the first bar for days before the listing', async () => {
    const before = ['2024-01-01', '2024-01-02'].map((date) => fault('missing-day', date));
    const market = await withFaults(...before, fault('missing-day', '2024-01-04'));

    const [stored] = await brought(market, 'r1', request);

    expect(stored.empty).toEqual({ 'pre-listing': 2, 'vendor-gap': 1 });
    expect((await presence(market)).answers).toMatchObject([
      { from: '2024-01-01', to: '2024-01-03', reason: 'vendor-gap' },
      { from: '2024-01-04', to: '2024-01-05', reason: 'vendor-gap' },
    ]);
  });

  test('changes nothing where it is done again', async () => {
    const market = await withFaults(
      fault('missing-day', '2024-01-02'),
      fault('negative-volume', '2024-01-03'),
    );
    const [first] = await brought(market, 'r1', request);
    const before = await presence(market);

    const again = await storedAgain(market, 'r1');

    expect(again).toEqual({ ...first, added: 0 });
    expect(await presence(market)).toEqual(before);
  });

  test('lets a second backfill ask for nothing', async () => {
    const market = await testMarket();
    await brought(market, 'r1', request);
    const before = market.exchange.calls().total;

    expect(await brought(market, 'r2', request)).toEqual([]);
    expect(market.exchange.calls().total).toBe(before);
  });

  test('keeps what a later fetch revises', async () => {
    const market = await withFaults(fault('late-day', '2024-01-03', '5m'));
    await brought(market, 'r1', request);
    const [pin] = await market.world.bars.allSeries('RELIANCE', '5m');
    const bars = await market.world.bars.read(pin);
    // As it would have come: one bar of the short session, at another price.
    const ts = Float64Array.of(Date.parse('2024-01-03T09:15:00+05:30'));
    const [wrong, volume] = [Float64Array.of(1), Float64Array.of(7)];
    const early = { ...bars, ts, open: wrong, high: wrong, low: wrong, close: wrong, volume };
    await market.world.bars.append(
      { symbol: 'RELIANCE', interval: '5m', source: 'simulated', adjustment: 'raw' },
      soundBars(early),
      { fetch: 'backfill/r0', receivedAt: market.clock() },
    );
    market.setTime('2024-01-13 10:00');
    await market.renew();

    const [second] = await brought(market, 'r2', request);

    expect(second).toMatchObject({ rows: 75, added: 74, changed: 1, empty: {} });
    expect((await presence(market)).revisions).toBe(1);
  });

  test('stores no bar that was not over when it came, however late it is stored', async () => {
    const market = await testMarket();
    await planned(market, 'r1', request);
    const [{ window }] = await windowsOf(market, 'r1');
    const span = { from: day('2024-01-01'), to: day('2024-01-06') };
    await fetched(market, 'r1', window, span);
    const files = backfillFiles(market.world.root, 'r1');
    const [answer] = await files.answers(window);
    const receivedAt = Date.parse('2024-01-05T15:29:00+05:30') as EpochMs;
    await files.keep(window, { ...answer, receivedAt });

    const stored = await storedAgain(market, 'r1');

    expect(stored).toMatchObject({
      rows: 375,
      added: 374,
      quarantined: 0,
      empty: { 'vendor-gap': 1 },
    });
  });

  test('makes no series where nothing was asked yet', async () => {
    const market = await testMarket();
    await planned(market, 'r1', request);

    expect(await storedAgain(market, 'r1')).toEqual({
      requests: 0,
      rows: 0,
      added: 0,
      changed: 0,
      quarantined: 0,
      empty: {},
    });
    expect(await market.world.bars.allSeries('RELIANCE', '5m')).toEqual([]);
  });

  test.skipIf(!canMakeDisk)('loses nothing while the disk is full', async () => {
    const root = await openDataRoot(tinyDisk(700));
    const market = await testMarket({ root });
    await planned(market, 'r1', request);
    const [{ window, from, to }] = await windowsOf(market, 'r1');
    await fetched(market, 'r1', window, { from, to });
    const ballast = await fill(root.path);

    const failed = storedAgain(market, 'r1');

    await expect(failed).rejects.toMatchObject({ type: 'LaneError', nonRetryable: false });
    expect(await market.world.bars.allSeries('RELIANCE', '5m')).toEqual([]);
    await ballast.remove();
    const before = market.exchange.calls().total;
    expect(await storedAgain(market, 'r1')).toMatchObject({ rows: 375, added: 375, empty: {} });
    expect(market.exchange.calls().total, 'asked again').toBe(before);
  });
});

/** Fills the disk under a folder to its last block. */
async function fill(folder: string): Promise<{ remove(): Promise<void> }> {
  const file = path.join(folder, 'ballast');
  for (const size of [65_536, 4_096])
    try {
      for (;;) await appendFile(file, Buffer.alloc(size));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  return { remove: () => rm(file) };
}
