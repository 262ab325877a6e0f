import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BackfillRequest } from '../../shared/contracts/backfill.ts';
import type { Interval, TradingDay } from '../../shared/contracts/time.ts';
import { instrumentsOf } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { instrument } from '../../shared/domain/market/instruments/instruments.fixture.ts';
import type { Instrument } from '../../shared/domain/market/instruments/instruments.ts';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import { run } from '../world.fixture.ts';
import {
  asked,
  brought,
  planned,
  testMarket,
  windowsOf,
  type TestMarket,
} from './market.fixture.ts';

// A plan:
// - asks for what is missing and over, of what was listed, in as few requests as possible
// - asks again for what was asked in vain after 1, 2, 4 days
// - lets daily bars say from when on minutes can exist, and only where they were asked for
// - says of each symbol without a request why it has none
// - stands once it is made

const day = (text: string): TradingDay => text as TradingDay;

/** A market where the project knows other instruments. */
const listing = (...all: readonly Instrument[]): Promise<TestMarket> =>
  testMarket({ instruments: instrumentsOf(all) });

const reliance = (known: Partial<Instrument> = {}): Instrument =>
  instrument('RELIANCE', { isecCode: 'RELIND', ...known });

async function spans(
  market: TestMarket,
  runId: string,
  request: BackfillRequest,
  interval?: Interval,
): Promise<string[]> {
  await planned(market, runId, request, interval);
  const { windows } = await backfillFiles(market.world.root, runId).plan(
    interval ?? request.intervals[0],
  );
  return windows.flatMap((window) => window.spans.map(({ from, to }) => `${from}..${to}`));
}

describe('planBackfill', () => {
  test('asks for every session at first, below the cap', async () => {
    const market = await testMarket();

    const summary = await planned(market, 'r1', asked('2024-01-01', '2024-01-12'));

    expect(summary).toEqual({
      root: market.world.root.id,
      interval: '5m',
      windows: 1,
      pages: 1,
      requests: 1,
      sessions: 10,
      resting: {},
    });
    expect(await windowsOf(market, 'r1')).toEqual([
      {
        window: 'RELIANCE/5m/2024-01-01..2024-01-13',
        symbol: 'RELIANCE',
        interval: '5m',
        from: '2024-01-01',
        to: '2024-01-13',
        requests: 1,
      },
    ]);
  });

  test('asks only for what is missing, a session that lacks a single bar among it', async () => {
    const market = await testMarket({
      served: {
        faults: { at: [{ fault: 'missing-open', symbol: 'RELIANCE', day: day('2024-01-04') }] },
      },
    });
    await brought(market, 'r1', asked('2024-01-03', '2024-01-08'));
    market.setTime('2024-01-13 10:00');

    const missing = await spans(market, 'r2', asked('2024-01-01', '2024-01-12'));

    expect(missing).toEqual([
      '2024-01-01..2024-01-03',
      '2024-01-04..2024-01-05',
      '2024-01-09..2024-01-13',
    ]);
  });

  test('rests a symbol that has everything', async () => {
    const market = await testMarket();
    await brought(market, 'r1', asked('2024-01-01', '2024-01-12'));

    const { windows, resting } = await planned(market, 'r2', asked('2024-01-02', '2024-01-11'));

    expect({ windows, resting }).toEqual({ windows: 0, resting: { complete: 1 } });
  });

  test('asks again for a gap a day after it was asked in vain, then 2, then 4 days after', async () => {
    const gap = { fault: 'missing-day', symbol: 'RELIANCE', day: day('2024-01-04') } as const;
    const market = await testMarket({ served: { faults: { at: [gap] } } });
    const request = asked('2024-01-04', '2024-01-05');
    const on: string[] = [];
    for (let date = 12; date <= 22; date++) {
      market.setTime(`2024-01-${date} 18:00`);
      await market.renew();
      const { windows, resting } = await planned(market, `plan-${date}`, request);
      if (windows === 0) expect(resting).toEqual({ 'asked-lately': 1 });
      else {
        on.push(`2024-01-${date}`);
        await brought(market, `run-${date}`, request);
        await run(market.world, 'compactBars', {
          runId: `run-${date}`,
          root: market.world.root.id,
          interval: '5m',
        });
      }
    }

    expect(on).toEqual(['2024-01-12', '2024-01-13', '2024-01-15', '2024-01-19']);
  });

  test('leaves out what is not over yet, and says so where that is all', async () => {
    const market = await testMarket({ at: '2024-01-12 14:00' });

    expect(await spans(market, 'r1', asked('2024-01-11', '2024-12-31'))).toEqual([
      '2024-01-11..2024-01-12',
    ]);
    const today = await planned(market, 'r2', asked('2024-01-12', '2024-12-31'));
    expect(today).toMatchObject({ windows: 0, resting: { 'not-over': 1 } });
  });

  test('takes a session for over a minute after its close, when its last bar is', async () => {
    const market = await testMarket({ at: '2024-01-12 15:30' });
    const request = asked('2024-01-12', '2024-01-12');

    expect(await spans(market, 'r1', request)).toEqual([]);
    market.setTime('2024-01-12 15:31');
    expect(await spans(market, 'r2', request)).toEqual(['2024-01-12..2024-01-13']);
    const [stored] = await brought(market, 'r2', request);
    expect(stored).toMatchObject({ rows: 75, empty: {} });
  });

  test.each([
    ['from its listing', { listed: day('2024-01-10') }, ['2024-01-10..2024-01-13']],
    ['until its last session', { delisted: day('2024-01-04') }, ['2024-01-01..2024-01-04']],
  ])('asks for an instrument %s', async (_, known, expected) => {
    const market = await listing(reliance(known));

    expect(await spans(market, 'r1', asked('2024-01-01', '2024-01-12'))).toEqual(expected);
  });

  test.each([
    ['pre-listing', { listed: day('2024-01-15') }],
    ['delisted', { delisted: day('2024-01-01') }],
  ])('rests an instrument as "%s"', async (reason, known) => {
    const market = await listing(reliance(known));

    const { windows, resting } = await planned(market, 'r1', asked('2024-01-01', '2024-01-12'));

    expect({ windows, resting }).toEqual({ windows: 0, resting: { [reason]: 1 } });
  });

  test('rests what the source has no code of, and asks for the others', async () => {
    const market = await listing(reliance(), instrument('NEWCO'));

    const { windows, resting } = await planned(
      market,
      'r1',
      asked('2024-01-01', '2024-01-12', { symbols: 'all' }),
    );

    expect({ windows, resting }).toEqual({ windows: 1, resting: { 'no-code': 1 } });
  });

  test('asks for an instrument once, under its current ticker, however it is named', async () => {
    const former = { symbol: 'RIL', until: day('2020-01-01') };
    const market = await listing(reliance({ formerly: [former] }));

    await planned(
      market,
      'r1',
      asked('2024-01-01', '2024-01-12', { symbols: ['RELIANCE', 'RIL', 'RELIANCE'] }),
    );

    expect((await windowsOf(market, 'r1')).map(({ symbol }) => symbol)).toEqual(['RELIANCE']);
  });

  test('asks for the members of a universe', async () => {
    const market = await testMarket();

    const { windows } = await planned(
      market,
      'r1',
      asked('2024-01-01', '2024-01-12', { symbols: 'nifty100' }),
    );

    expect(windows).toBeGreaterThan(90);
  });

  test.each<[string, Partial<BackfillRequest>, string]>([
    ['an unknown symbol', { symbols: ['RELIANCE', 'OBEROI'] }, 'did you mean "OBEROIRLTY"?'],
    ['an unknown universe', { symbols: 'nifty7' }, 'there is no universe "nifty7"'],
    ['an unknown source', { source: 'breze' }, 'there is no source "breze"'],
    ['a day before the calendar', { from: day('2010-01-01') }, '"2010-01-01" lies outside the cal'],
    ['a day after it', { from: day('2099-01-01'), to: day('2099-02-01') }, 'outside the calendar'],
    ['days the wrong way round', { to: day('2023-01-01') }, 'the other way round'],
  ])('refuses %s and writes nothing', async (_, change, words) => {
    const market = await testMarket();
    const request = { ...asked('2024-01-01', '2024-01-12'), ...change };

    const refused = planned(market, 'r1', request, '5m');

    await expect(refused).rejects.toMatchObject({ type: 'InputError', nonRetryable: true });
    await expect(refused).rejects.toThrow(words);
    expect(await backfillFiles(market.world.root, 'r1').isTaken()).toBe(false);
  });

  test('refuses a name that cannot be a folder', async () => {
    const refused = planned(await testMarket(), '../r1', asked('2024-01-01', '2024-01-12'));

    await expect(refused).rejects.toThrow('"../r1" cannot name a run');
  });
});

describe('planBackfill of minutes', () => {
  const days = ['2024-01-01', '2024-01-12'] as const;
  const both = asked(...days, { intervals: ['1d', '5m'] });
  /** The vendor has the symbol's bars from 2024-01-08 on. */
  const young = { fault: 'missing-day', symbol: 'RELIANCE' } as const;
  const before = [1, 2, 3, 4, 5].flatMap((date) =>
    (['1d', '5m'] as const).map((interval) => ({
      ...young,
      interval,
      day: day(`2024-01-0${date}`),
    })),
  );

  test('begins with the first daily bar where earlier ones were asked for in vain', async () => {
    const market = await testMarket({ served: { faults: { at: before } } });
    await brought(market, 'r1', both, '1d');

    expect(await spans(market, 'r1', both, '5m')).toEqual(['2024-01-08..2024-01-13']);
    await brought(market, 'r1', both, '5m');
    expect(await planned(market, 'r2', both, '5m')).toMatchObject({ resting: { complete: 1 } });
    const earlier = asked('2024-01-01', '2024-01-05');
    expect(await planned(market, 'r3', earlier)).toMatchObject({ resting: { 'pre-listing': 1 } });
  });

  test('asks for days before the first daily bar that nobody asked for', async () => {
    const market = await testMarket();
    await brought(market, 'r1', asked('2024-01-08', '2024-01-12', { intervals: ['1d'] }));

    expect(await spans(market, 'r2', asked(...days))).toEqual(['2024-01-01..2024-01-13']);
  });

  test('asks for days before the first minutes', async () => {
    const market = await testMarket();
    await brought(market, 'r1', asked('2024-01-08', '2024-01-12'));

    expect(await spans(market, 'r2', asked(...days))).toEqual(['2024-01-01..2024-01-06']);
  });

  test('rests a symbol of which the source has no daily bar: its code is wrong', async () => {
    const market = await listing(reliance({ isecCode: 'RELIN' }));
    const [stored] = await brought(market, 'r1', both, '1d');

    const { windows, resting } = await planned(market, 'r1', both, '5m');

    expect(stored.empty).toEqual({ 'wrong-code': 10 });
    expect({ windows, resting }).toEqual({ windows: 0, resting: { 'wrong-code': 1 } });
  });

  test('takes the newest minutes first, those of all symbols alike', async () => {
    const market = await testMarket();
    const request = asked('2022-01-03', '2024-01-12', {
      symbols: ['INFY', 'RELIANCE'],
      intervals: ['1m'],
    });

    await planned(market, 'r1', request);

    const windows = await windowsOf(market, 'r1', '1m');
    const froms = windows.map(({ from }) => from);
    expect(froms).toEqual(froms.toSorted().toReversed());
    expect(windows.slice(0, 2).map(({ symbol }) => symbol)).toEqual(['INFY', 'RELIANCE']);
    const { root } = market.world;
    const { window } = windows[0];
    const first = await run(market.world, 'readRequests', { runId: 'r1', root: root.id, window });
    expect(first).toHaveLength(40);
    expect(first[0]).toEqual({ from: '2024-01-11', to: '2024-01-13' });
    expect(new Set(windows.map((one) => one.window)).size).toBe(windows.length);
  });
});

describe('the plan of planBackfill', () => {
  const request = asked('2024-01-01', '2024-01-12');

  test('stands, whatever has come since', async () => {
    const market = await testMarket();
    const first = await planned(market, 'r1', request);
    await brought(market, 'r2', request);

    expect(await planned(market, 'r1', request)).toEqual(first);
  });

  test('lies in the run’s folder, one plan an interval', async () => {
    const market = await testMarket();
    await planned(market, 'r1', request);

    const file = path.join(market.world.root.path, 'runs/r1/backfill-5m.json');

    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      schema: 1,
      madeFor: 'execution of r1',
      windows: [{ code: 'RELIND', spans: [{ from: '2024-01-01', to: '2024-01-13' }] }],
    });
  });
});
