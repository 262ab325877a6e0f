import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { backfillFiles } from '../../shared/runtime/runs/backfill-files.ts';
import { environment, run } from '../world.fixture.ts';
import { asked, brought, presence, testMarket, type TestMarket } from './market.fixture.ts';

const both = { symbols: ['INFY', 'RELIANCE'] };

/** A market with two segments each of INFY and RELIANCE, the second brought by `r2`. */
async function twice(): Promise<TestMarket> {
  const market = await testMarket();
  await brought(market, 'r1', asked('2024-01-01', '2024-01-05', both));
  await brought(market, 'r2', asked('2024-01-01', '2024-01-10', both));
  return market;
}

async function segments({ world }: TestMarket, symbol: string): Promise<readonly string[]> {
  const [pin] = await world.bars.allSeries(symbol, '5m');
  return pin.segments;
}

const input = ({ world }: TestMarket, runId = 'r2') =>
  ({ runId, root: world.root.id, interval: '5m' }) as const;

describe('compactBars', () => {
  test('makes one segment of each series that the backfill added to', async () => {
    const market = await twice();
    const before = await presence(market);

    const done = await run(market.world, 'compactBars', input(market));

    expect(done).toEqual({ compacted: 2, damaged: 0 });
    expect(await segments(market, 'INFY')).toHaveLength(1);
    expect(await segments(market, 'RELIANCE')).toHaveLength(1);
    expect((await presence(market)).days).toEqual(before.days);
  });

  test('has nothing to do the second time, nor where nothing came', async () => {
    const market = await twice();
    await run(market.world, 'compactBars', input(market));
    await brought(market, 'r3', asked('2024-01-01', '2024-01-10', both));

    expect(await run(market.world, 'compactBars', input(market))).toEqual({
      compacted: 0,
      damaged: 0,
    });
    expect(await run(market.world, 'compactBars', input(market, 'r3'))).toEqual({
      compacted: 0,
      damaged: 0,
    });
  });

  test('compacts the others where a series is damaged, and writes down which', async () => {
    const market = await twice();
    const { root } = market.world;
    const folder = path.join(root.path, 'bars/5m/INFY/simulated-raw');
    const [segment] = (await readdir(folder)).filter((name) => name.endsWith('.parquet'));
    await writeFile(path.join(folder, segment), 'torn');

    const done = await run(market.world, 'compactBars', input(market));

    expect(done).toEqual({ compacted: 1, damaged: 1 });
    expect(await segments(market, 'RELIANCE')).toHaveLength(1);
    expect(await backfillFiles(root, 'r2').failures()).toMatchObject([
      { window: 'INFY/5m', class: 'DataError', message: expect.stringContaining(segment) },
    ]);
  });

  test('stops between two series where it is cancelled', async () => {
    const market = await twice();
    const context = environment();
    context.cancel();

    const cancelled = run(market.world, 'compactBars', input(market), context);

    await expect(cancelled).rejects.toThrow('CANCELLED');
    expect(await segments(market, 'INFY')).toHaveLength(2);
  });
});
