import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { InputError, LaneError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import type { ClassSpan } from '../../shared/domain/market/calendar/calendar.ts';
import { coverage } from '../../shared/domain/market/coverage/coverage.ts';
import { simulatedExchange } from '../../shared/domain/market/simulated/simulated-bars.ts';
import { openBarStore } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import {
  canMakeDisk,
  scratchFolder,
  scratchRoot,
  tinyDisk,
} from '../../shared/runtime/scratch.fixture.ts';
import { writeBarsCsv } from '../../shared/runtime/sources/csv.fixture.ts';
import { importBars, type ImportRequest } from './import-bars.ts';

const { calendar, instruments } = await readReference();
const now = () => Date.parse('2026-06-15T18:00:00+05:30') as EpochMs;
const header = 'ts,open,high,low,close,volume';
const vendor = (folder: string): ImportRequest => ({
  path: folder,
  adjustment: 'vendor',
});

async function world() {
  return { bars: openBarStore(await scratchRoot()), calendar, instruments, now };
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), `${text}\n`);
  }
  return folder;
}

describe('importBars', () => {
  test('brings a simulated exchange in, to the last digit, once', async () => {
    const { daily } = simulatedExchange({
      seed: 1,
      calendar,
      from: '2023-01-01' as TradingDay,
      to: '2024-01-01' as TradingDay,
      instruments: [
        { symbol: 'AAA', sector: 'x' },
        { symbol: 'M&M', sector: 'x', listed: '2023-07-03' as TradingDay },
      ],
    });
    const simulated = ['AAA', 'M&M'].map(daily);
    const folder = scratchFolder();
    await writeBarsCsv(folder, simulated);
    const to = await world();

    const told: string[] = [];
    const report = await importBars(to, vendor(folder), {
      symbol: ({ symbol }) => told.push(symbol),
      archive: () => {},
    });
    const again = await importBars(to, vendor(folder));

    expect(report).toEqual({
      interval: '1d',
      symbols: [
        { symbol: 'AAA', outcome: 'imported', rows: 246, from: '2023-01-02', to: '2023-12-30' },
        { symbol: 'M&M', outcome: 'imported', rows: 124, from: '2023-07-03', to: '2023-12-30' },
      ],
    });
    expect(told).toEqual(['AAA', 'M&M']);
    expect(again.symbols.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    for (const bars of simulated) {
      const pin = await to.bars.series(bars.symbol, '1d');
      expect(pin?.series).toBe('csv-vendor');
      expect(pin && (await to.bars.read(pin))).toEqual(bars);
    }
  });

  test('refuses a symbol for one bad row, with file and line, and imports the others', async () => {
    const folder = await folderOf({
      'BAD.csv': `${header}
2024-01-01,1,2,1,1,10
2024-01-02,1,2,1,nan,10
2024-01-06,1,2,1,1,10
2024-01-03,3,2,1,1,10
2024-01-04,1,2,1,1,-5
2024-01-04,1,2,1,1,5`,
      'GOOD.csv': `${header}\n2024-01-01,1,2,1,1,10\n2024-01-02,1,2,1,1,10`,
      'wrong.csv': header,
    });
    const to = await world();

    const { symbols } = await importBars(to, vendor(folder));

    const file = path.join(folder, 'BAD.csv');
    expect(symbols.map(({ symbol, outcome }) => `${symbol} ${outcome}`)).toEqual([
      'wrong refused',
      'BAD refused',
      'GOOD imported',
    ]);
    expect(symbols[1]).toMatchObject({ rows: 6, faultCount: 5 });
    expect(symbols[1].faults).toEqual([
      { file, line: 3, message: 'close "nan" is not a number' },
      { file, line: 4, message: 'the exchange was closed on "2024-01-06"' },
      { file, line: 5, message: '"2024-01-03T00:00" does not come after the bar before it' },
      { file, line: 6, message: '"2024-01-04T00:00" does not come after the bar before it' },
      { file, line: 7, message: '"2024-01-04T00:00" does not come after the bar before it' },
    ]);
    expect(await to.bars.symbols('1d')).toEqual(['GOOD']);
  });

  test('tells the first 20 faults of a file and how many there are', async () => {
    const days = calendar.sessions('2024-01-01' as TradingDay, '2024-06-01' as TradingDay);
    const rows = days.map((day) => `${day},1,2,3,1,10`);
    const folder = await folderOf({ 'BAD.csv': [header, ...rows].join('\n') });

    const { symbols } = await importBars(await world(), vendor(folder));

    expect(symbols[0].faults).toHaveLength(20);
    expect(symbols[0].faultCount).toBe(days.length);
    expect(symbols[0].faults?.[0]).toMatchObject({ line: 2, message: 'high "2" is below low "3"' });
  });

  test("reads the predecessor's tree, one interval of it", async () => {
    const bar = (stamp: string) => `timestamp,open,high,low,close,volume\n${stamp},1,2,1,1,10`;
    const folder = await folderOf({
      'TCS/1day/2024-01-01.csv': bar('2024-01-01 00:00:00+05:30'),
      'TCS/1day/2024-01-02.csv': bar('2024-01-02 00:00:00'),
      'TCS/5minute/2024-01-01.csv': bar('2024-01-01 09:15:00'),
      'INFY/5minute/2024-01-01.csv': bar('2024-01-01 09:15:00'),
    });
    const to = await world();

    const report = await importBars(to, { ...vendor(folder), interval: '1d' });

    expect(report.symbols).toEqual([
      { symbol: 'TCS', outcome: 'imported', rows: 2, from: '2024-01-01', to: '2024-01-03' },
    ]);
    await expect(importBars(to, vendor(folder))).rejects.toThrow('name one with --interval');
    await expect(importBars(to, { ...vendor(folder), interval: '1m' })).rejects.toThrow(InputError);
  });

  test('reads the interval off the spacing, and refuses files of another', async () => {
    const folder = await folderOf({
      'A.csv': `${header}\n2024-01-01 09:15,1,2,1,1,1`,
      'B.csv': `${header}\n2024-01-01 09:15,1,2,1,1,1\n2024-01-01 09:20,1,2,1,1,1`,
      'C.csv': `${header}\n2024-01-01 09:15,1,2,1,1,1\n2024-01-01 09:45,1,2,1,1,1`,
    });

    const report = await importBars(await world(), vendor(folder));

    expect(report.interval).toBe('5m');
    expect(report.symbols.map(({ outcome }) => outcome)).toEqual([
      'imported',
      'imported',
      'refused',
    ]);
    expect(report.symbols[2].faults?.[0].message).toBe(
      'most bars lie "30" minutes apart; expected bars of "5m"',
    );
  });

  test('asks for the interval where no file tells it', async () => {
    const folder = await folderOf({ 'A.csv': `${header}\n2024-01-01,1,2,1,1,1` });

    await expect(importBars(await world(), vendor(folder))).rejects.toThrow('--interval');
    const named = await importBars(await world(), { ...vendor(folder), interval: '1d' });
    expect(named.symbols[0].outcome).toBe('imported');
  });

  test('says of files whose interval cannot be told what is wrong with them', async () => {
    const folder = await folderOf({ 'TCS.csv': 'date;o' });

    await expect(importBars(await world(), vendor(folder))).rejects.toThrow(
      /TCS\.csv:1: the header lacks "ts"/,
    );
  });

  test('passes over the padding of a closing auction and says so', async () => {
    const rows = ['15:13', '15:14', '15:15', '15:29'].map((t) => `2026-08-28 ${t},1,2,1,1,1`);
    const folder = await folderOf({ 'ITC.csv': [header, ...rows].join('\n') });

    const { symbols } = await importBars(await world(), vendor(folder));

    expect(symbols[0]).toMatchObject({ outcome: 'imported', rows: 4, auctionRows: 2 });
  });

  test('names the covered years where a bar lies outside', async () => {
    const folder = await folderOf({
      'OLD.csv': `${header}\n2014-06-02,1,2,1,1,1\n2014-06-03,1,2,1,1,1`,
    });

    const { symbols } = await importBars(await world(), vendor(folder));

    expect(symbols[0].faults?.[0].message).toContain(
      'lies outside the calendar, which covers "2015-01-01" to "2026-12-31"',
    );
  });

  test('takes what is after 15:15 for trading where a stock has no derivatives', async () => {
    const rows = ['15:14', '15:15', '15:29'].map((t) => `2026-08-28 ${t},1,2,1,1,1`);
    const folder = await folderOf({ 'ACC.csv': [header, ...rows].join('\n') });
    const to = await world();

    const { symbols } = await importBars(to, { ...vendor(folder), interval: '1m' });

    expect(symbols).toMatchObject([{ symbol: 'ACC', outcome: 'imported', rows: 3 }]);
    expect(symbols[0].auctionRows).toBeUndefined();
    expect(await to.bars.series('ACC', '1m')).toMatchObject({ rows: 3 });
  });

  test('stores bars of a former ticker under the current one, and says so', async () => {
    const folder = await folderOf({
      'ZOMATO.csv': `${header}\n2024-01-01,1,2,1,1,1\n2024-01-02,1,2,1,1,1`,
      'ETERNAL.csv': `${header}\n2025-05-05,1,2,1,1,1\n2025-05-06,1,2,1,1,1`,
    });
    const to = await world();

    const { symbols } = await importBars(to, vendor(folder));

    expect(symbols.map(({ symbol, formerly }) => [symbol, formerly])).toEqual([
      ['ETERNAL', undefined],
      ['ETERNAL', 'ZOMATO'],
    ]);
    expect(await to.bars.symbols('1d')).toEqual(['ETERNAL']);
    expect(await to.bars.series('ETERNAL', '1d')).toMatchObject({ rows: 4 });
  });

  test('loses nothing when two imports run at once', async () => {
    const root = await scratchRoot();
    const halves = await Promise.all(
      ['2024-01-01', '2024-01-02'].map((day) =>
        folderOf({ 'TCS.csv': `${header}\n${day},1,2,1,1,1\n2024-01-03,1,2,1,1,1` }),
      ),
    );

    await Promise.all(
      [...halves, ...halves].map((folder) =>
        importBars({ bars: openBarStore(root), calendar, instruments, now }, vendor(folder)),
      ),
    );

    expect(await openBarStore(root).series('TCS', '1d')).toMatchObject({ rows: 3 });
  });

  test.skipIf(!canMakeDisk)('stops at a full disk and keeps the symbols before it', async () => {
    const [from, to] = ['2020-01-01', '2026-01-01'] as TradingDay[];
    const sessions = calendar.sessions(from, to);
    const symbols = 'A B C D E F G H'.split(' ');
    const made = symbols.map((symbol) => ({ symbol, sector: 'x' }));
    const { daily } = simulatedExchange({ seed: 1, calendar, from, to, instruments: made });
    const folder = scratchFolder();
    await writeBarsCsv(folder, symbols.map(daily));
    const root = { path: tinyDisk(128), id: '00000000' };

    const imported = importBars(
      { bars: openBarStore(root), calendar, instruments, now },
      vendor(folder),
    );

    await expect(imported).rejects.toThrow(LaneError);
    const store = openBarStore(root);
    const kept = await store.symbols('1d');
    expect(kept).toEqual(symbols.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(0);
    expect(await store.series(kept[0], '1d')).toMatchObject({ rows: sessions.length });
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../shared/real-data', import.meta.url));

const shares = (from: string, to: string): ClassSpan => ({
  from: from as TradingDay,
  to: to as TradingDay,
  instrumentClass: 'derivatives',
});

describe.skipIf(!existsSync(realData))('importBars of real bars', () => {
  test('takes 103 daily files whole, every session of 1,241 in a file that spans them', async () => {
    const to = await world();

    const { interval, symbols } = await importBars(to, vendor(path.join(realData, 'daily')));

    expect(interval).toBe('1d');
    expect(symbols).toHaveLength(103);
    expect(symbols.flatMap(({ faults }) => faults ?? [])).toEqual([]);
    const pin = await to.bars.series('RELIANCE', '1d');
    const bars = pin && (await to.bars.read(pin));
    expect(bars && coverage(bars, calendar, shares('2020-10-01', '2025-10-01'))).toEqual({
      expectedBars: 1241,
      presentBars: 1241,
      coverage: 1,
    });
  });

  test.each([
    ['5minute', '5m', { imported: 35 }],
    ['5minute_2024', '5m', { imported: 10 }],
    ['5minute_muhurat', '5m', { imported: 1 }],
    ['1minute', '1m', { imported: 6 }],
    ['daily_raw_unadjusted', '1d', { imported: 44 }],
  ])('of %s are of %s: %j, and nothing is refused', async (folder, interval, tally) => {
    const report = await importBars(await world(), vendor(path.join(realData, folder)));

    const counts: Record<string, number> = {};
    for (const { outcome } of report.symbols) counts[outcome] = (counts[outcome] ?? 0) + 1;
    expect(report.interval).toBe(interval);
    expect(counts).toEqual(tally);
    expect(report.symbols.flatMap(({ faults }) => faults ?? [])).toEqual([]);
  });

  test('counts every bar of a Muhurat session', async () => {
    const to = await world();
    await importBars(to, vendor(path.join(realData, '5minute_muhurat')));

    const pin = await to.bars.series('SBIN', '5m');
    const bars = pin && (await to.bars.read(pin));

    expect(bars && coverage(bars, calendar, shares('2025-10-21', '2025-10-22'))).toEqual({
      expectedBars: 12,
      presentBars: 12,
      coverage: 1,
    });
  });
});
