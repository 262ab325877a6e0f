import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BackfillTally, FailedBackfill } from '../../shared/contracts/backfill.ts';
import { run } from '../world.fixture.ts';
import { asked, brought, testMarket, type TestMarket } from './market.fixture.ts';

const counts: BackfillTally = {
  planned: 1,
  stored: 1,
  cancelled: 0,
  notStarted: 0,
  failed: {},
  failures: [],
  leastRequests: 1,
  resting: {},
  requests: 1,
  rows: 375,
  added: 375,
  changed: 0,
  quarantined: 0,
  empty: {},
};

async function after(): Promise<TestMarket> {
  const market = await testMarket();
  await brought(market, 'r1', asked('2024-01-01', '2024-01-05'));
  return market;
}

const report = ({ world }: TestMarket, tally: Partial<BackfillTally>, cancelled = false) =>
  run(world, 'reportBackfill', {
    runId: 'r1',
    root: world.root.id,
    tally: { ...counts, ...tally },
    cancelled,
    seconds: 12.34567,
  });

const files = ({ world }: TestMarket) => readdir(path.join(world.root.path, 'runs/r1'));

describe('reportBackfill', () => {
  test('writes the report and removes the answers, which are stored', async () => {
    const market = await after();
    expect(await files(market)).toContain('parts');

    const written = await report(market, {});

    expect(written).toEqual({
      schema: 1,
      runId: 'r1',
      state: 'completed',
      counts,
      seconds: 12.346,
    });
    expect((await files(market)).toSorted()).toEqual(['backfill-5m.json', 'report.json']);
    const file = path.join(market.world.root.path, 'runs/r1/report.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ ...written, failures: [] });
  });

  test.each([
    ['failed', { planned: 2, failed: { LaneError: 1 } }],
    ['was cancelled', { planned: 2, cancelled: 1 }],
    ['was not begun', { planned: 2 }],
  ])('keeps the answers where a window %s', async (_, tally) => {
    const market = await after();

    await report(market, tally);

    expect(await files(market)).toContain('parts');
  });

  test.each([
    ['completed', { stored: 17, failed: { DataError: 3 } }, false],
    ['over-threshold', { stored: 16, failed: { DataError: 2, SourceError: 1 } }, false],
    ['over-threshold', { stored: 0, failed: { InputError: 1 } }, false],
    ['completed', { planned: 0, stored: 0 }, false],
    ['cancelled', { stored: 0, failed: { InputError: 1 } }, true],
  ])('is "%s" after %j', async (state, tally, cancelled) => {
    const market = await testMarket();

    expect(await report(market, tally, cancelled)).toMatchObject({ state });
  });

  test('names every failure that was recorded, each part once however often it was', async () => {
    const market = await testMarket();
    const failed = (n: number): FailedBackfill => ({
      window: `RELIANCE/5m/${n}`,
      class: 'DataError',
      message: 'a row without a date',
    });
    const record = (before: number, ...some: readonly number[]) =>
      run(market.world, 'recordFailures', {
        runId: 'r1',
        root: market.world.root.id,
        before,
        failures: some.map(failed),
      });
    await record(8, 8, 9, 10);
    await record(0, 0, 1, 2, 3, 4, 5, 6, 7);
    await record(0, 0, 1, 2, 3, 4, 5, 6, 7);

    await report(market, {});

    const file = path.join(market.world.root.path, 'runs/r1/report.json');
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
      failures: Array.from({ length: 11 }, (_, n) => failed(n)),
    });
  });
});
