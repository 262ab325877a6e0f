import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError, LaneError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { bars } from '../../shared/domain/market/bars/bars.fixture.ts';
import type { Bars } from '../../shared/domain/market/bars/bars.ts';
import { simulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import {
  append,
  dailyBars,
  daysFrom,
  vendor,
} from '../../shared/runtime/bars/bar-store.fixture.ts';
import { openBarStore, type BarStore } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import {
  canMakeDisk,
  scratchFolder,
  scratchRoot,
  tinyDisk,
} from '../../shared/runtime/scratch.fixture.ts';
import { exportBars } from './export-bars.ts';
import { importBars } from './import-bars.ts';

const { calendar, instruments } = await readReference();
const now = () => Date.parse('2026-06-15T18:00:00+05:30') as EpochMs;

async function storeOf(...all: readonly Bars[]): Promise<BarStore> {
  const store = openBarStore(await scratchRoot());
  for (const { symbol, interval, ...columns } of all)
    await append(store, { ...vendor, symbol, interval }, { symbol, interval, ...columns });
  return store;
}

/** Five-minute bars of two sessions. */
const clock = (day: string, n: number) =>
  Array.from({ length: n }, (_, i) => Date.parse(`${day}T09:15:00+05:30`) + i * 300_000);
const fiveMinutes = bars({
  symbol: 'TCS',
  interval: '5m',
  ts: [...clock('2024-01-01', 75), ...clock('2024-01-02', 75)],
  close: Array.from({ length: 150 }, (_, i) => 3500 + Math.sqrt(i)),
});

describe('exportBars', () => {
  test('writes what an import reads back to the same bars', async () => {
    const [from, to] = ['2023-11-01', '2024-02-01'] as TradingDay[];
    const sessions = calendar.sessions(from, to);
    const made = ['AAA', 'M&M'].map((symbol) => ({ symbol, sector: 'x' }));
    const exchange = simulatedExchange({ seed: 1, calendar, from, to, instruments: made });
    const daily = ['AAA', 'M&M'].map(exchange.daily);
    const store = await storeOf(...daily, fiveMinutes);
    const folder = scratchFolder();

    const told = await exportBars(
      { bars: store, instruments },
      { interval: '1d', folder, symbols: 'all' },
    );
    await exportBars({ bars: store, instruments }, { interval: '5m', folder, symbols: ['TCS'] });
    const again = openBarStore(await scratchRoot());
    for (const interval of ['1d', '5m'] as const)
      await importBars(
        { bars: again, calendar, instruments, now },
        { path: folder, interval, adjustment: 'vendor' },
      );

    expect(told.symbols).toEqual(
      ['AAA', 'M&M'].map((symbol) => ({
        symbol,
        series: 'csv-vendor',
        bars: sessions.length,
        files: sessions.length,
      })),
    );
    for (const one of [...daily, fiveMinutes]) {
      const pin = await again.series(one.symbol, one.interval);
      expect(pin && (await again.read(pin))).toEqual(one);
    }
  });

  test("writes the predecessor's names, header and stamps", async () => {
    const store = await storeOf(dailyBars('2024-01-01', [3790.5]), fiveMinutes);
    const folder = scratchFolder();

    await exportBars({ bars: store, instruments }, { interval: '1d', folder, symbols: 'all' });
    await exportBars({ bars: store, instruments }, { interval: '5m', folder, symbols: 'all' });

    expect(await readFile(path.join(folder, 'M&M/1day/2024-01-01.csv'), 'utf8')).toBe(
      'timestamp,open,high,low,close,volume\n' +
        '2024-01-01 00:00:00+05:30,3790.5,3790.5,3790.5,3790.5,1000\n',
    );
    const lines = await readFile(path.join(folder, 'TCS/5minute/2024-01-02.csv'), 'utf8');
    expect(lines.split('\n')).toHaveLength(1 + 75 + 1);
    expect(lines.split('\n')[1]).toMatch(/^2024-01-02 09:15:00\+05:30,35/);
  });

  test('writes under the ticker of today what is asked for under a former one', async () => {
    const store = await storeOf({ ...dailyBars('2024-01-01', [1]), symbol: 'ETERNAL' });
    const folder = scratchFolder();

    await exportBars(
      { bars: store, instruments },
      { interval: '1d', folder, symbols: ['ZOMATO', 'ETERNAL'] },
    );

    expect(await readdir(folder)).toEqual(['ETERNAL']);
  });

  test('writes the days asked for and no others', async () => {
    const store = await storeOf(dailyBars('2024-01-01', [1, 2, 3, 4]));
    const folder = scratchFolder();
    const [, from, , to] = daysFrom('2024-01-01', 4);

    await exportBars(
      { bars: store, instruments },
      { interval: '1d', folder, symbols: 'all', from, to },
    );

    expect(await readdir(path.join(folder, 'M&M/1day'))).toEqual([
      '2024-01-02.csv',
      '2024-01-03.csv',
    ]);
  });

  test('refuses symbols and spans without bars, and writes nothing', async () => {
    const store = { bars: await storeOf(dailyBars('2024-01-01', [1])), instruments };
    const folder = scratchFolder();
    const from = '2024-02-01' as TradingDay;

    for (const [asked, message] of [
      [{ interval: '1d', symbols: ['M&M', 'TCS'] }, 'of interval "1d" of "TCS"; see: sens'],
      [{ interval: '1d', symbols: ['M&N'] }, 'of interval "1d" of "M&N"; did you mean "M&M"?'],
      [{ interval: '1m', symbols: 'all' }, 'no bars of interval "1m"'],
      [{ interval: '1d', symbols: 'all', from }, 'lie in the span'],
    ] as const) {
      const exported = exportBars(store, { folder, ...asked });
      await expect(exported).rejects.toThrow(InputError);
      await expect(exported).rejects.toThrow(message);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  test.skipIf(!canMakeDisk)('leaves no half file on a full disk', async () => {
    const close = Array.from({ length: 300 }, (_, i) => 100 + i);
    const store = await storeOf(dailyBars('2024-01-01', close));
    const folder = tinyDisk(256);

    const exported = exportBars(
      { bars: store, instruments },
      { interval: '1d', folder, symbols: 'all' },
    );

    await expect(exported).rejects.toThrow(LaneError);
    const files = await readdir(path.join(folder, 'M&M/1day'));
    expect(files.length).toBeGreaterThan(0);
    for (const file of files)
      expect(await readFile(path.join(folder, 'M&M/1day', file), 'utf8')).toMatch(/,1000\n$/);
  });
});
