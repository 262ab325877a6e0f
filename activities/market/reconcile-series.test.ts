import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import { action, day, rawBars } from '../../shared/domain/market/actions/actions.fixture.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import type { Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import type { ComputeWorld } from '../../shared/runtime/world.ts';
import { exchange, testWorld } from '../world.fixture.ts';
import { reconcileSeries } from './reconcile-series.ts';

const [tcs, infy] = exchange(['TCS', 'INFY']);
/** A split inside the bars. */
const inside = action({ symbol: 'TCS', exDate: '2022-09-01' });
const lower = (bars: Bars, rupees: number): Bars => ({
  ...bars,
  open: bars.open.map((price) => price - rupees),
  high: bars.high.map((price) => price - rupees),
  low: bars.low.map((price) => price - rupees),
  close: bars.close.map((price) => price - rupees),
});

async function keep(world: ComputeWorld, bars: Bars, adjustment: Adjustment): Promise<void> {
  const { symbol, interval } = bars;
  await world.bars.append(
    { symbol, interval, source: 'csv', adjustment },
    { bars, quarantined: [], answers: [] },
    { fetch: 'import/test', receivedAt: world.now() },
  );
}

describe('reconcileSeries', () => {
  test('holds a vendor against raw bars that are read with confirmed actions', async () => {
    const world = await testWorld();
    await world.actions.record({ actions: [inside] });
    await keep(world, rawBars(tcs, inside), 'raw');
    // The vendor's prices are those after the split, all the way back.
    const back = action({ symbol: 'TCS', exDate: '2020-01-01' });
    await keep(world, rawBars(tcs, back), 'vendor');

    const { symbols } = await reconcileSeries(world, { interval: '1d' }, world.now());

    expect(symbols[0].compared).toMatchObject([
      {
        reference: 'csv-raw',
        other: 'csv-vendor',
        actions: [{ exDate: '2022-09-01', kind: 'split', priceFactor: 0.2 }],
        expectedSlope: 0.2,
        compared: tcs.ts.length,
        differing: 0,
        findings: [],
        passes: true,
      },
    ]);
  });

  test('stores why a symbol is kept out of evidence, a file each', async () => {
    const world = await testWorld();
    await keep(world, tcs, 'raw');
    await keep(world, lower(tcs, 10), 'vendor');
    await keep(world, infy, 'raw');
    await keep(world, infy, 'vendor');

    const report = await reconcileSeries(world, { interval: '1d' }, world.now());

    const folder = path.join(world.root.path, 'reconcile', '1d');
    expect(await readdir(folder)).toEqual(['INFY.json', 'TCS.json']);
    const stored: unknown = JSON.parse(await readFile(path.join(folder, 'TCS.json'), 'utf8'));
    expect(stored).toEqual(report.symbols[1]);
    expect(stored).toMatchObject({
      schema: 1,
      symbol: 'TCS',
      interval: '1d',
      at: world.now(),
      compared: [{ findings: ['subtractive'], passes: false }],
    });
  });

  test('compares nothing where there is one series, and says so', async () => {
    const world = await testWorld();
    await keep(world, tcs, 'raw');

    const report = await reconcileSeries(world, { interval: '1d' }, world.now());
    const asked = (symbol: string): Promise<unknown> =>
      reconcileSeries(world, { interval: '1d', symbols: [symbol] }, world.now());

    expect(report).toEqual({ interval: '1d', symbols: [], single: ['TCS'] });
    await expect(asked('TCS')).rejects.toThrow('two series of "TCS" "1d" were expected');
    await expect(asked('NONE')).rejects.toThrow(InputError);
  });

  test('takes two raw sources for the same prices, whatever happened later', async () => {
    const world = await testWorld();
    await world.actions.record({ actions: [{ ...inside, exDate: day('2024-06-03') }] });
    await keep(world, tcs, 'raw');
    await world.bars.append(
      { symbol: 'TCS', interval: '1d', source: 'bhavcopy', adjustment: 'raw' },
      { bars: tcs, quarantined: [], answers: [] },
      { fetch: 'import/test', receivedAt: world.now() },
    );

    const { symbols } = await reconcileSeries(world, { interval: '1d' }, world.now());

    expect(symbols[0].compared).toMatchObject([
      { reference: 'bhavcopy-raw', other: 'csv-raw', expectedSlope: 1, passes: true },
    ]);
  });
});
