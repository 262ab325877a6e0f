import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError, LaneError } from '../../contracts/errors.ts';
import { bars } from '../../domain/market/bars/bars.fixture.ts';
import { mergedBars } from '../../domain/market/bars/merged-bars.ts';
import { append, dailyBars, daysFrom, folderOf, pinned, vendor } from './bar-store.fixture.ts';
import { openBarStore } from './bar-store.ts';
import { canMakeDisk, scratchRoot, tinyDisk } from '../scratch.fixture.ts';

const first = dailyBars('2024-01-01', [10, 11, 12]);
const second = dailyBars('2024-01-03', [12.5, 13]);

describe('openBarStore', () => {
  test('gives back what was added', async () => {
    const store = openBarStore(await scratchRoot());

    const added = await append(store, vendor, first);
    const pin = pinned(await store.series('M&M', '1d'));

    expect(added).toMatchObject({ rows: 3, added: 3, changed: 0 });
    expect(pin).toEqual({
      symbol: 'M&M',
      interval: '1d',
      series: 'csv-vendor',
      adjustment: 'vendor',
      segments: [added.segment],
      first: '2024-01-01',
      last: '2024-01-03',
      rows: 3,
    });
    expect(added.segment).toMatch(/^2024-01-01\.\.2024-01-04-[0-9a-f]{20}\.parquet$/);
    expect(await store.read(pin)).toEqual(first);
    expect(await store.symbols('1d')).toEqual(['M&M']);
  });

  test('knows nothing of what was never added', async () => {
    const store = openBarStore(await scratchRoot());

    expect(await store.symbols('5m')).toEqual([]);
    expect(await store.series('TCS', '1d')).toBeUndefined();
    expect(await store.series('../../etc', '1d')).toBeUndefined();
  });

  test('changes nothing when the same bars come again', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    await append(store, vendor, first);
    const before = await readdir(folderOf(root));

    const again = await append(store, vendor, first);

    expect(again).toEqual({ rows: 3, added: 0, changed: 0, quarantined: 0 });
    expect(await readdir(folderOf(root))).toEqual(before);
  });

  test('lets later bars win where times meet, and keeps what a pin saw', async () => {
    const store = openBarStore(await scratchRoot());
    await append(store, vendor, first);
    const old = pinned(await store.series('M&M', '1d'));

    const result = await append(store, vendor, second);
    const now = pinned(await store.series('M&M', '1d'));

    expect(result).toMatchObject({ rows: 4, added: 1, changed: 1 });
    expect(now).toMatchObject({ first: '2024-01-01', last: '2024-01-04', rows: 4 });
    expect([...(await store.read(now)).close]).toEqual([10, 11, 12.5, 13]);
    expect([...(await store.read(old)).close]).toEqual([10, 11, 12]);
  });

  test('goes back to earlier bars when they come again', async () => {
    const store = openBarStore(await scratchRoot());
    for (const added of [first, second, first]) await append(store, vendor, added);
    await append(store, vendor, second);

    const pin = pinned(await store.series('M&M', '1d'));

    expect(new Set(pin.segments).size).toBe(pin.segments.length);
    expect(await store.read(pin)).toEqual(mergedBars(first, second));
  });

  test("prefers raw bars to a vendor's, and those to unknown ones", async () => {
    const store = openBarStore(await scratchRoot());
    const found: (string | undefined)[] = [];

    for (const adjustment of ['unknown', 'vendor', 'raw'] as const) {
      await append(store, { ...vendor, adjustment }, first);
      found.push((await store.series('M&M', '1d'))?.series);
    }

    expect(found).toEqual(['csv-unknown', 'csv-vendor', 'csv-raw']);
  });

  test('refuses what cannot be a symbol, no bars, and unsound ones', async () => {
    const store = openBarStore(await scratchRoot());

    await expect(append(store, { ...vendor, symbol: '../x' }, first)).rejects.toThrow(InputError);
    await expect(append(store, vendor, bars({ close: [] }))).rejects.toThrow(InputError);
    await expect(append(store, vendor, bars({ close: [-1] }))).rejects.toThrow(DataError);
    expect(await store.symbols('1d')).toEqual([]);
  });

  test('keeps every bar of writers that add at once', async () => {
    const root = await scratchRoot();
    const writers = Array.from({ length: 6 }, (_, i) =>
      bars({ symbol: 'M&M', close: [i + 1, i + 2], days: daysFrom(`2024-02-0${i + 1}`, 2) }),
    );

    await Promise.all(writers.map((added) => append(openBarStore(root), vendor, added)));
    await Promise.all(writers.map(() => append(openBarStore(root), vendor, first)));

    const store = openBarStore(root);
    const all = await store.read(pinned(await store.series('M&M', '1d')));
    expect(all.ts).toHaveLength(3 + 7);
    expect((await readdir(path.join(root.path, 'tmp'))).length).toBe(0);
  });
});

describe('damage', () => {
  const damages = {
    'a cut segment': async (file: string) =>
      writeFile(file, (await readFile(file)).subarray(0, 300)),
    'a segment with other bytes': async (file: string) => {
      const bytes = await readFile(file);
      await writeFile(
        file,
        bytes.map((byte, i) => (i === 20 ? byte ^ 255 : byte)),
      );
    },
    'a missing segment': (file: string) => rm(file),
    'an empty segment': (file: string) => writeFile(file, ''),
  };

  test.each(Object.entries(damages))(
    'of %s is told with file and remedy, and mended by importing again',
    async (_, damage) => {
      const root = await scratchRoot();
      await append(openBarStore(root), vendor, first);
      const store = openBarStore(root);
      const pin = pinned(await store.series('M&M', '1d'));
      const file = path.join(folderOf(root), pin.segments[0]);
      await damage(file);

      const read = store.read(pin);
      await expect(read).rejects.toThrow(DataError);
      await expect(read).rejects.toThrow(file);
      await expect(read).rejects.toThrow('import the bars of "M&M" "1d" again');

      await append(store, vendor, first);
      expect(await store.read(pin)).toEqual(first);
      expect(await store.read(pinned(await store.series('M&M', '1d')))).toEqual(first);
    },
  );

  test('of one segment keeps the others', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    const { segment } = await append(store, vendor, first);
    await append(store, vendor, second);
    await writeFile(path.join(folderOf(root), String(segment)), '');

    await append(openBarStore(root), vendor, second);

    const mended = openBarStore(root);
    expect(await mended.read(pinned(await mended.series('M&M', '1d')))).toEqual(second);
  });

  test('of a partly re-imported segment leaves out all of it, and its counts', async () => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    const { segment } = await append(store, vendor, first);
    await writeFile(path.join(folderOf(root), String(segment)), '');

    await append(openBarStore(root), vendor, dailyBars('2024-01-03', [12]));

    const mended = openBarStore(root);
    expect(await mended.series('M&M', '1d')).toMatchObject({ first: '2024-01-03', rows: 1 });
  });

  test.each([
    '',
    '{"schema": 2, "segm',
    '{}',
    '{"schema":1}',
    '{"schema":2,"segments":["../../x"]}',
    'null',
  ])('of a head to %j is told, and mended by importing again', async (text) => {
    const root = await scratchRoot();
    const store = openBarStore(root);
    await append(store, vendor, first);
    const head = path.join(folderOf(root), 'head-000001.json');
    await writeFile(head, text);

    const found = store.series('M&M', '1d');
    await expect(found).rejects.toThrow(DataError);
    await expect(found).rejects.toThrow(head);

    await append(store, vendor, first);
    expect(await store.read(pinned(await store.series('M&M', '1d')))).toEqual(first);
  });
});

describe.skipIf(!canMakeDisk)('a full disk', () => {
  test("fails as the lane's fault and leaves what was there", async () => {
    const root = { path: tinyDisk(64), id: '00000000' };
    const store = openBarStore(root);
    await append(store, vendor, first);
    const close = Array.from({ length: 20_000 }, (_, i) => 100 + Math.sqrt(i));
    const many = bars({ symbol: 'M&M', close, ts: close.map((_, i) => 1e12 + i) });

    const appended = append(store, vendor, many);

    await expect(appended).rejects.toThrow(LaneError);
    await expect(appended).rejects.toThrow('the disk is full');
    const pin = pinned(await openBarStore(root).series('M&M', '1d'));
    expect(await openBarStore(root).read(pin)).toEqual(first);
    expect(await readdir(path.join(root.path, 'tmp'))).toEqual([]);
    expect((await stat(folderOf(root))).isDirectory()).toBe(true);
  });
});
