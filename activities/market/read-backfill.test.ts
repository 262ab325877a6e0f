import { describe, expect, test } from 'vitest';
import { instrumentsOf } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { instrument } from '../../shared/domain/market/instruments/instruments.fixture.ts';
import { run } from '../world.fixture.ts';
import { asked, planned, testMarket, windowsOf } from './market.fixture.ts';

describe('pages of a backfill', () => {
  test('hold 200 windows each and travel in 64 KiB; requests and summaries in 4', async () => {
    const all = Array.from({ length: 250 }, (_, i) =>
      instrument(`SYMBOL-${String(i).padStart(4, '0')}`, { isecCode: `CODE${i}` }),
    );
    const market = await testMarket({ instruments: instrumentsOf(all) });
    const { root } = market.world;
    const request = asked('2022-01-03', '2023-12-29', { symbols: 'all', intervals: ['1m'] });

    const summary = await planned(market, 'r1', request);
    const page = await windowsOf(market, 'r1', '1m');
    const { window } = page[0];
    const requests = await run(market.world, 'readRequests', {
      runId: 'r1',
      root: root.id,
      window,
    });

    expect(summary).toMatchObject({ windows: 1_750, pages: 9, requests: 250 * 246 });
    const last = { runId: 'r1', root: root.id, interval: '1m', page: 9 } as const;
    expect(await run(market.world, 'readBackfillPage', last)).toHaveLength(150);
    expect(page).toHaveLength(200);
    expect(requests).toHaveLength(40);
    expect(JSON.stringify(page).length).toBeLessThan(64 * 1024);
    expect(JSON.stringify(requests).length).toBeLessThan(4 * 1024);
    expect(JSON.stringify(summary).length).toBeLessThan(4 * 1024);
  });

  test('are refused where there is no such plan, or no such window', async () => {
    const market = await testMarket();
    const root = market.world.root.id;
    await planned(market, 'r1', asked('2024-01-01', '2024-01-12'));

    const noPlan = run(market.world, 'readBackfillPage', {
      runId: 'r1',
      root,
      interval: '1d',
      page: 1,
    });
    const window = 'RELIANCE/5m/2024-01-01..2024-01-02';
    const noWindow = run(market.world, 'readRequests', { runId: 'r1', root, window });

    await expect(noPlan).rejects.toThrow('has no backfill "r1" of interval "1d"');
    await expect(noWindow).rejects.toThrow(`backfill "r1" has no window "${window}"`);
  });
});
