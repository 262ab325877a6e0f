import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { dayStart } from '../../domain/market/calendar/exchange-time.ts';
import type { QuarantinedBar } from '../../domain/market/bars/quarantine.ts';
import { noBars, type StampedBars } from '../../domain/market/bars/stamped-bars.ts';
import { soundBars, type Received } from './bar-receipt.ts';
import {
  dailyBars,
  folderOf,
  pinned,
  receipt,
  second,
  vendor,
  vendorName,
} from './bar-store.fixture.ts';
import { openBarStore, type EmptyAnswer } from './bar-store.ts';
import { scratchRoot } from '../scratch.fixture.ts';

const day = (text: string): TradingDay => text as TradingDay;
const nothing: Received = soundBars(noBars('M&M', '1d'));
const answer = (from: string, to: string, reason: EmptyAnswer['reason']): EmptyAnswer => ({
  from: day(from),
  to: day(to),
  reason,
  askedAt: second(0),
});
const negative: QuarantinedBar = {
  ts: dayStart(day('2024-01-04')),
  open: 10,
  high: 11,
  low: 9,
  close: 10,
  volume: -5,
  reason: 'volume "-5" is negative',
};

/** Bars as `[close, second of receipt]`. */
const told = ({ bars, receivedAt }: StampedBars): [number, number][] =>
  Array.from(bars.close, (close, i) => [close, (receivedAt[i] - second(0)) / 1000]);

describe('append', () => {
  test('tells of each bar which fetch brought it, and when', async () => {
    const store = openBarStore(await scratchRoot());

    await store.append(vendor, soundBars(dailyBars('2024-01-01', [10, 11])), receipt(1));
    await store.append(vendor, soundBars(dailyBars('2024-01-02', [11, 12])), receipt(2));
    const { standing, superseded, fetches } = await store.history(vendorName);

    // The bar that came again unchanged stays the first fetch's.
    expect(told(standing)).toEqual([
      [10, 1],
      [11, 1],
      [12, 2],
    ]);
    expect(told(superseded)).toEqual([]);
    expect(fetches).toEqual([receipt(1), receipt(2)]);
  });

  test('keeps what a revision took the place of', async () => {
    const store = openBarStore(await scratchRoot());

    for (const [n, close] of [10, 11, 10].entries())
      await store.append(vendor, soundBars(dailyBars('2024-01-01', [close])), receipt(n));
    const { standing, superseded } = await store.history(vendorName);

    expect(told(standing)).toEqual([[10, 2]]);
    expect(told(superseded)).toEqual([
      [10, 0],
      [11, 1],
    ]);
    expect(await store.presence(vendorName)).toMatchObject({ revisions: 2 });
  });

  test('lets no bar stand that was received before the one at its time', async () => {
    const store = openBarStore(await scratchRoot());
    await store.append(vendor, soundBars(dailyBars('2024-01-01', [11])), receipt(5));

    const late = soundBars(dailyBars('2024-01-01', [10, 20]));
    const result = await store.append(vendor, late, receipt(4));
    await store.append(vendor, late, receipt(4));
    const { standing, superseded } = await store.history(vendorName);

    expect(result).toMatchObject({ rows: 2, added: 1, changed: 0 });
    expect(told(standing)).toEqual([
      [11, 5],
      [20, 4],
    ]);
    expect(told(superseded)).toEqual([[10, 4]]);
    expect(await store.presence(vendorName)).toMatchObject({ revisions: 1 });
  });

  test('gives two fetches of one millisecond times of their own', async () => {
    const store = openBarStore(await scratchRoot());

    for (const [i, fetch] of ['a', 'b'].entries())
      await store.append(vendor, soundBars(dailyBars(`2024-01-0${i + 1}`, [10])), {
        fetch,
        receivedAt: second(0),
      });
    const { standing, fetches } = await store.history(vendorName);

    expect(fetches).toEqual([
      { fetch: 'a', receivedAt: second(0) },
      { fetch: 'b', receivedAt: second(0) + 1 },
    ]);
    expect([...standing.receivedAt]).toEqual(fetches.map(({ receivedAt }) => receivedAt));
  });

  test('keeps rows set aside to the last digit, once, whatever they hold', async () => {
    const store = openBarStore(await scratchRoot());
    const rows = [
      negative,
      { ...negative, open: NaN, high: Infinity, reason: 'high "Infinity" is not a number' },
      { ...negative, ts: NaN, reason: '"yesterday" is no time' },
    ];
    const received: Received = { ...soundBars(dailyBars('2024-01-03', [9])), quarantined: rows };

    const result = await store.append(vendor, received, receipt(1));
    const again = await store.append(
      vendor,
      { ...received, quarantined: [...rows, { ...negative, volume: -6 }] },
      receipt(2),
    );

    expect([result.quarantined, again.quarantined]).toEqual([3, 1]);
    expect((await store.history(vendorName)).quarantined).toEqual([
      ...rows.map((row) => ({ ...row, receivedAt: second(1) })),
      { ...negative, volume: -6, receivedAt: second(2) },
    ]);
    expect(await store.presence(vendorName)).toMatchObject({
      days: { from: '2024-01-03', bars: [1] },
      quarantined: [{ day: '2024-01-04', bars: 2 }],
    });
  });

  test('remembers answers alone: the series is known and has no bars', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    const answers = [answer('2024-01-01', '2024-02-01', 'wrong-code')];

    await store.append(vendor, { ...nothing, answers }, receipt(1));
    await store.append(vendor, { ...nothing, answers }, receipt(2));

    expect(await store.presence(vendorName)).toMatchObject({ answers, days: { bars: [] } });
    expect(await store.symbols('1d')).toEqual(['M&M']);
    expect(await store.series('M&M', '1d')).toBeUndefined();
    expect(await store.allSeries('M&M', '1d')).toMatchObject([
      { series: 'csv-vendor', segments: [], first: '2024-01-01', last: '2024-01-31', rows: 0 },
    ]);
    expect(await readdir(folderOf(root))).toEqual(['head-000001.json']);
  });

  test('refuses nothing at all, and answers that end before they start', async () => {
    const store = openBarStore(await scratchRoot());
    const answers = [answer('2024-01-02', '2024-01-02', 'vendor-gap')];

    await expect(store.append(vendor, nothing, receipt(1))).rejects.toThrow(InputError);
    await expect(store.append(vendor, { ...nothing, answers }, receipt(1))).rejects.toThrow(
      'should end after "2024-01-02"',
    );
    expect(await store.symbols('1d')).toEqual([]);
  });

  test('counts the bars of each day as a reading of them does', async () => {
    const store = openBarStore(await scratchRoot());
    for (const [n, start] of ['2024-01-10', '2024-01-02', '2024-01-08'].entries())
      await store.append(vendor, soundBars(dailyBars(start, [1, 2, n + 3])), receipt(n));

    const { days } = await store.presence(vendorName);

    expect(days).toEqual({ from: '2024-01-02', bars: [1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1] });
    expect((await store.read(pinned(await store.series('M&M', '1d')))).ts).toHaveLength(8);
  });
});

describe('allSeries', () => {
  test('has the preferred series first and those without bars last', async () => {
    const store = openBarStore(await scratchRoot());
    const answers = [answer('2024-01-01', '2024-02-01', 'wrong-code')];
    const some = soundBars(dailyBars('2024-01-01', [10]));

    await store.append({ ...vendor, adjustment: 'unknown' }, some, receipt(1));
    await store.append(vendor, some, receipt(1));
    await store.append({ ...vendor, adjustment: 'raw' }, { ...nothing, answers }, receipt(1));
    await store.append({ ...vendor, adjustment: 'raw', source: 'zzz' }, some, receipt(1));

    const all = await store.allSeries('M&M', '1d');
    expect(all.map(({ series }) => series)).toEqual([
      'zzz-raw',
      'csv-vendor',
      'csv-unknown',
      'csv-raw',
    ]);
    expect(await store.series('M&M', '1d')).toEqual(all[0]);
    expect(await store.allSeries('../../etc', '1d')).toEqual([]);
  });
});

describe('history', () => {
  test('names a file of rows set aside that is damaged', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    await store.append(vendor, { ...nothing, quarantined: [negative] }, receipt(1));
    const name = (await readdir(folderOf(root))).find((file) => file.startsWith('quarantine-'));
    const file = path.join(folderOf(root), String(name));
    await writeFile(file, (await readFile(file, 'utf8')).replace('-5', '-6'));

    const read = store.history(vendorName);

    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(file);
  });

  test('says so where there is no such series', async () => {
    const store = openBarStore(await scratchRoot());

    await expect(store.history(vendorName)).rejects.toThrow('there is no series of "M&M" "1d"');
    await expect(store.presence(vendorName)).rejects.toThrow(DataError);
  });
});

describe('a head of schema 1', () => {
  test('is refused, and replaced by importing again', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    const some = soundBars(dailyBars('2024-01-01', [10]));
    await store.append(vendor, some, receipt(1));
    const head = path.join(folderOf(root), 'head-000001.json');
    await writeFile(head, '{"schema":1,"segments":[],"rows":1}');

    await expect(store.series('M&M', '1d')).rejects.toThrow(
      `"${head}" is of an earlier release (schema "1", expected "2"); import its bars again`,
    );
    await store.append(vendor, some, receipt(2));

    expect(await store.series('M&M', '1d')).toMatchObject({ rows: 1 });
  });
});
