import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { readBarsCsv } from '../../../runtime/sources/csv.ts';
import { aggregatedBars } from './aggregated-bars.ts';
import { barColumns, firstAtOrAfter, type Bars } from './bars.ts';

const at = (clock: string): number => Date.parse(`2024-01-01T${clock}:00+05:30`);

const minutes: Bars = {
  symbol: 'AAA',
  interval: '1m',
  ts: Float64Array.from(['09:15', '09:16', '09:19', '09:20', '15:29'].map(at)),
  open: Float64Array.of(10, 12, 11, 9, 8),
  high: Float64Array.of(13, 12, 14, 9, 8),
  low: Float64Array.of(10, 11, 11, 7, 8),
  close: Float64Array.of(12, 11, 13, 8, 8),
  volume: Float64Array.of(1, 2, 3, 4, 5),
};

describe('aggregatedBars', () => {
  test('takes the first open, highest high, lowest low, last close and all shares', () => {
    expect(aggregatedBars(minutes, '5m')).toEqual({
      symbol: 'AAA',
      interval: '5m',
      ts: Float64Array.from(['09:15', '09:20', '15:25'].map(at)),
      open: Float64Array.of(10, 9, 8),
      high: Float64Array.of(14, 9, 8),
      low: Float64Array.of(10, 7, 8),
      close: Float64Array.of(13, 8, 8),
      volume: Float64Array.of(6, 4, 5),
    });
  });

  test("stamps a daily bar with the exchange's midnight", () => {
    const { ts, open, close, volume } = aggregatedBars(minutes, '1d');

    expect([ts, open, close, volume].map((column) => [...column])).toEqual([
      [at('00:00')],
      [10],
      [8],
      [15],
    ]);
  });

  test('makes nothing of nothing', () => {
    const none = aggregatedBars({ ...minutes, ts: new Float64Array(0) }, '5m');

    expect(none.ts).toHaveLength(0);
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../../../shared/real-data', import.meta.url));

describe.skipIf(!existsSync(realData))('aggregatedBars of real bars', () => {
  test('of RELIANCE equal its 5-minute bars on all 9,298 that both know', async () => {
    const of = async (folder: string, interval: Bars['interval']): Promise<Bars> => ({
      ...(await readBarsCsv([{ path: path.join(realData, folder, 'RELIANCE.csv') }])),
      symbol: 'RELIANCE',
      interval,
    });
    const made = aggregatedBars(await of('1minute', '1m'), '5m');
    const told = await of('5minute', '5m');

    const differing: number[] = [];
    let shared = 0;
    for (const [i, ts] of made.ts.entries()) {
      const j = firstAtOrAfter(told, ts);
      if (told.ts[j] !== ts) continue;
      shared++;
      if (barColumns.some((name) => made[name][i] !== told[name][j])) differing.push(ts);
    }

    expect(shared).toBe(9298);
    expect(differing).toEqual([]);
  });
});
