import { strToU8, zipSync } from 'fflate';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { openBarStore } from '../../shared/runtime/bars/bar-store.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchFolder, scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import {
  olderText,
  unifiedText,
  type ArchiveRow,
} from '../../shared/runtime/sources/bhavcopy.fixture.ts';
import { importBars } from './import-bars.ts';

const { calendar, instruments } = await readReference();
const now = () => Date.parse('2024-07-09T18:00:00+05:30') as EpochMs;
const isins = { RELIANCE: 'INE002A01018', ETERNAL: 'INE758T01015' };
const reliance = (close: number): ArchiveRow => ({
  ticker: 'RELIANCE',
  isin: isins.RELIANCE,
  close,
});

async function world() {
  return { bars: openBarStore(await scratchRoot()), calendar, instruments, now };
}

async function folderOf(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
  const folder = scratchFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

const friday = olderText('05-JUL-2024', [
  reliance(11),
  { ticker: 'ZOMATO', isin: isins.ETERNAL },
  { ticker: 'NOBODYKNOWS' },
]);
const monday = unifiedText('2024-07-08', [reliance(10)]);
const mondayName = 'BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv';
const days = {
  '2024/cm05JUL2024bhav.csv.zip': zipSync({ 'cm05JUL2024bhav.csv': strToU8(friday) }),
  [mondayName]: monday,
};

describe('importBars of daily archives', () => {
  test('reads both layouts out of folders, as raw bars of source bhavcopy, once', async () => {
    const to = await world();
    const folder = await folderOf(days);

    const report = await importBars(to, { path: folder });
    const again = await importBars(to, { path: folder });

    const spans = { from: '2024-07-05', to: '2024-07-09' };
    expect(report).toEqual({
      interval: '1d',
      symbols: [
        { symbol: 'ETERNAL', outcome: 'imported', rows: 1, ...spans, to: '2024-07-06' },
        { symbol: 'RELIANCE', outcome: 'imported', rows: 2, ...spans },
      ],
      archives: [
        { day: '2024-07-05', outcome: 'read' },
        { day: '2024-07-08', outcome: 'read' },
      ],
      leftOut: 1,
    });
    expect(again.symbols.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    const pin = await to.bars.series('RELIANCE', '1d');
    expect(pin).toMatchObject({ series: 'bhavcopy-raw', rows: 2 });
    expect(pin?.segments).toHaveLength(1);
    expect(pin && [...(await to.bars.read(pin)).close]).toEqual([11, 10]);
  });

  test('takes the symbols and days that are named, or all', async () => {
    const folder = await folderOf(days);
    const of = async (request: object) =>
      (await importBars(await world(), { path: folder, ...request })).symbols.map(
        ({ symbol, rows }) => `${symbol} ${rows}`,
      );

    expect(await of({ symbols: ['RELIANCE'] })).toEqual(['RELIANCE 2']);
    expect(await of({ symbols: 'all', to: '2024-07-08' as TradingDay })).toEqual([
      'ETERNAL 1',
      'NOBODYKNOWS 1',
      'RELIANCE 1',
    ]);
    expect(await of({ from: '2024-07-08' as TradingDay })).toEqual(['RELIANCE 1']);
    expect(await of({ path: path.join(folder, mondayName) })).toEqual(['RELIANCE 1']);
  });

  test('says of a symbol that is in no archive which may have been meant', async () => {
    const folder = await folderOf(days);

    const { symbols } = await importBars(await world(), { path: folder, symbols: ['RELIANC'] });

    expect(symbols).toMatchObject([{ symbol: 'RELIANC', outcome: 'refused' }]);
    expect(symbols[0].faults?.[0].message).toBe(
      'no share "RELIANC" is in the archives; did you mean "RELIANCE"?',
    );
  });

  test('refuses an archive for one fault, with file and line, and reads the others', async () => {
    const folder = await folderOf({
      ...days,
      'cm04JUL2024bhav.csv.zip': zipSync({ 'cm04JUL2024bhav.csv': strToU8(friday) }),
      'cm03JUL2024bhav.csv.zip': zipSync({ 'cm03JUL2024bhav.csv': strToU8(friday) }).subarray(
        0,
        150,
      ),
      'cm06JUL2024bhav.csv': friday,
      'cm08JUL2024bhav.csv': olderText('08-JUL-2024', [reliance(99)]),
      'cm01JUL2014bhav.csv': friday,
      'PR050724.zip': 'x',
    });
    const to = await world();

    const { archives = [], symbols } = await importBars(to, { path: folder });

    const told = archives.map(({ day, outcome, fault }) => {
      const { file = '', line = 0, message = '' } = fault ?? {};
      return [day, outcome, path.basename(file), line, message.slice(0, 46)].join(' ').trim();
    });
    expect(told).toEqual([
      `refused PR050724.zip 1 the name is no daily archive's; expected "Bhav`,
      '2014-07-01 refused cm01JUL2014bhav.csv 1 "2014-07-01" lies outside the calendar; leave',
      '2024-07-03 refused cm03JUL2024bhav.csv.zip 1 "cm03JUL2024bhav.csv.zip" should be a zip arch',
      `2024-07-04 refused cm04JUL2024bhav.csv.zip 2 the row is of "05-JUL-2024", the file's name s`,
      '2024-07-05 read  0',
      '2024-07-06 refused cm06JUL2024bhav.csv 1 the exchange was closed on "2024-07-06"',
      '2024-07-08 read  0',
      expect.stringMatching(/^2024-07-08 refused cm08JUL2024bhav.csv 1 ".*/),
    ]);
    expect(symbols.map(({ symbol, rows }) => `${symbol} ${rows}`)).toEqual([
      'ETERNAL 1',
      'RELIANCE 2',
    ]);
  });

  test('sets an unsound row aside with its reason and stores the others', async () => {
    const folder = await folderOf({
      'cm05JUL2024bhav.csv': friday,
      [mondayName]: unifiedText('2024-07-08', [{ ...reliance(10), high: 8 }]),
    });
    const to = await world();

    const { symbols } = await importBars(to, { path: folder, symbols: ['RELIANCE'] });

    const file = path.join(folder, mondayName);
    expect(symbols).toMatchObject([
      {
        outcome: 'imported',
        rows: 2,
        quarantined: 1,
        faultCount: 1,
        faults: [{ file, line: 2, message: 'high "8" is below low "9"' }],
      },
    ]);
    const [pin] = await to.bars.allSeries('RELIANCE', '1d');
    expect(pin.rows).toBe(1);
    expect((await to.bars.history(pin)).quarantined).toMatchObject([
      { high: 8, close: 10, reason: 'high "8" is below low "9"' },
    ]);
  });

  test.each([
    [{ interval: '5m' }, 'archives of the exchange hold bars of "1d", not of "5m"'],
    [{ adjustment: 'vendor' }, 'archives of the exchange are raw, not "vendor"'],
    [{ from: '2025-01-01' }, 'holds no archives of the days asked for'],
  ])('refuses to read them as %j', async (as, message) => {
    const request = { path: await folderOf(days), ...as } as Parameters<typeof importBars>[1];

    const imported = importBars(await world(), request);

    await expect(imported).rejects.toThrow(InputError);
    await expect(imported).rejects.toThrow(message);
  });
});

describe('importBars of addresses', () => {
  const download = { paceMs: 1, timeoutMs: 2000, attempts: 1 };
  const span = { from: '2024-07-04' as TradingDay, to: '2024-08-01' as TradingDay };

  /** Serves archives of the older layout for some days; fails where told. */
  async function exchange(closes: Readonly<Record<string, number>>, busy = '') {
    const asked: string[] = [];
    const http = createServer((request, answer) => {
      const name = path.posix.basename(request.url ?? '');
      const stamp = name.slice(2, 11);
      asked.push(request.url ?? '');
      if (stamp === busy) answer.writeHead(503).end();
      else if (closes[stamp] === undefined) answer.writeHead(404).end();
      else {
        const day = `${stamp.slice(0, 2)}-${stamp.slice(2, 5)}-${stamp.slice(5)}`;
        const text = olderText(day, [reliance(closes[stamp])]);
        answer.end(zipSync({ [name.replace('.zip', '')]: strToU8(text) }));
      }
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void http.close());
    await once(http, 'listening');
    const { port } = http.address() as AddressInfo;
    return {
      asked,
      pattern: `http://127.0.0.1:${port}/{yyyy}/{MMM}/cm{dd}{MMM}{yyyy}bhav.csv.zip`,
    };
  }

  test('asks once a session that is over, and says which the server lacks', async () => {
    const { asked, pattern } = await exchange({
      '04JUL2024': 10,
      '08JUL2024': 11,
      '09JUL2024': 12,
    });
    const to = await world();

    const { archives, symbols } = await importBars(to, { path: pattern, ...span, download });

    expect(asked).toEqual(
      ['04', '05', '08', '09'].map((day) => `/2024/JUL/cm${day}JUL2024bhav.csv.zip`),
    );
    expect(archives?.map(({ day, outcome }) => `${day} ${outcome}`)).toEqual([
      '2024-07-04 read',
      '2024-07-05 missing',
      '2024-07-08 read',
      '2024-07-09 read',
    ]);
    expect(symbols).toMatchObject([{ symbol: 'RELIANCE', rows: 3 }]);
  });

  test('stops where the server fails, and stores what came before', async () => {
    const { asked, pattern } = await exchange({ '04JUL2024': 10, '08JUL2024': 11 }, '05JUL2024');
    const to = await world();

    const { archives, symbols } = await importBars(to, { path: pattern, ...span, download });

    expect(asked).toHaveLength(2);
    expect(archives?.[1]).toMatchObject({
      day: '2024-07-05',
      outcome: 'not-fetched',
      fault: { message: expect.stringContaining('the server answers "503"') },
    });
    expect(symbols).toMatchObject([{ symbol: 'RELIANCE', rows: 1 }]);
  });

  test('refuses addresses without days, and days without sessions', async () => {
    const { asked, pattern } = await exchange({});
    const closed = { from: '2024-07-06' as TradingDay, to: '2024-07-08' as TradingDay };

    await expect(importBars(await world(), { path: pattern })).rejects.toThrow(
      'say --from and --to',
    );
    await expect(importBars(await world(), { path: pattern, ...closed })).rejects.toThrow(
      'no session that is over lies in',
    );
    expect(asked).toEqual([]);
  });
});
