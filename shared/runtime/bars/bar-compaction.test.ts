import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import type { TradingDay } from '../../contracts/time.ts';
import { noBars } from '../../domain/market/bars/stamped-bars.ts';
import { soundBars } from './bar-receipt.ts';
import {
  dailyBars,
  folderOf,
  pinned,
  receipt,
  second,
  vendor,
  vendorName,
} from './bar-store.fixture.ts';
import { openBarStore, type BarStore } from './bar-store.ts';
import type { DataRoot } from '../data-root.ts';
import { scratchRoot } from '../scratch.fixture.ts';

const put = (store: BarStore, first: string, close: readonly number[], n: number) =>
  store.append(vendor, soundBars(dailyBars(first, close)), receipt(n));

/** Four segments, one revision of a revision among them. */
async function revised(root: DataRoot): Promise<BarStore> {
  const store = openBarStore(root);
  await put(store, '2024-01-05', [15, 16], 1);
  await put(store, '2024-01-01', [11, 12, 13], 2);
  await put(store, '2024-01-03', [13.1, 14], 3);
  await put(store, '2024-01-03', [13.2], 4);
  return store;
}

describe('compact', () => {
  test('makes one segment of many, and changes nothing that can be asked', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    const pin = pinned(await store.series('M&M', '1d'));
    const bars = await store.read(pin);
    const history = await store.history(vendorName);
    const presence = await store.presence(vendorName);

    const done = await store.compact(vendor);

    const after = openBarStore(root);
    const compacted = pinned(await after.series('M&M', '1d'));
    expect(done).toEqual({ before: 4, after: 1, rows: 6, superseded: 2 });
    expect(compacted).toEqual({ ...pin, segments: [compacted.segments[0]] });
    expect(await after.read(compacted)).toEqual(bars);
    expect(await after.history(vendorName)).toEqual(history);
    expect(await after.presence(vendorName)).toEqual(presence);
    expect([...history.superseded.bars.close]).toEqual([13, 13.1]);
  });

  test('leaves what was pinned before it', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    const pin = pinned(await store.series('M&M', '1d'));
    const bars = await store.read(pin);

    await store.compact(vendor);

    expect(await openBarStore(root).read(pin)).toEqual(bars);
  });

  test('empties heads of long ago: their names stay taken, their bytes do not', async () => {
    const root = await scratchRoot();
    const store = await revised(root);

    await store.compact(vendor);

    const heads = (await readdir(folderOf(root))).filter((name) => name.startsWith('head-')).sort();
    const sizes = await Promise.all(
      heads.map(async (name) => (await stat(path.join(folderOf(root), name))).size),
    );
    expect(sizes.map((size) => size > 0)).toEqual([false, false, false, true, true]);
    await writeFile(path.join(folderOf(root), String(heads.at(-1))), '');
    await put(store, '2024-01-09', [17], 9);
    expect(await store.series('M&M', '1d')).toMatchObject({ rows: 7 });
  });

  test('writes nothing where one segment is all', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    await store.compact(vendor);
    const before = await readdir(folderOf(root));

    expect(await store.compact(vendor)).toEqual({ before: 1, after: 1, rows: 6, superseded: 0 });
    expect(await readdir(folderOf(root))).toEqual(before);
  });

  test('adds to what earlier ones moved aside', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    await store.compact(vendor);
    await put(store, '2024-01-03', [13.3], 5);

    await store.compact(vendor);

    const { superseded, standing } = await store.history(vendorName);
    expect([...superseded.bars.close]).toEqual([13, 13.1, 13.2]);
    expect([...superseded.receivedAt]).toEqual([second(2), second(3), second(4)]);
    expect(standing.bars.close[2]).toBe(13.3);
    expect(await store.presence(vendorName)).toMatchObject({ revisions: 3 });
  });

  test('keeps every bar of those who write beside it', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    const days = ['2024-02-01', '2024-02-02', '2024-02-03', '2024-02-04'];

    await Promise.all([
      ...days.map((day, n) => put(openBarStore(root), day, [20], 10 + n)),
      openBarStore(root).compact(vendor),
      openBarStore(root).compact(vendor),
    ]);

    const { standing, superseded } = await openBarStore(root).history(vendorName);
    expect(standing.bars.ts).toHaveLength(10);
    expect([...superseded.bars.close]).toEqual([13, 13.1]);
    expect((await readdir(path.join(root.path, 'tmp'))).length).toBe(0);
    await store.compact(vendor);
    expect(await store.series('M&M', '1d')).toMatchObject({ rows: 10 });
  });

  test('keeps of equal answers the first and the latest', async () => {
    const store = await revised(await scratchRoot());
    const days = { from: '2024-01-08' as TradingDay, to: '2024-01-09' as TradingDay };
    const asked = (n: number) => ({ ...days, reason: 'vendor-gap', askedAt: second(n) }) as const;
    for (const n of [11, 12, 13])
      await store.append(
        vendor,
        { ...soundBars(noBars('M&M', '1d')), answers: [asked(n)] },
        receipt(n),
      );

    await store.compact(vendor);

    expect((await store.presence(vendorName)).answers).toEqual([asked(11), asked(13)]);
  });

  test('refuses a damaged segment and leaves the series as it is', async () => {
    const root = await scratchRoot();
    const store = await revised(root);
    const pin = pinned(await store.series('M&M', '1d'));
    const file = path.join(folderOf(root), pin.segments[1]);
    await writeFile(file, '');

    await expect(store.compact(vendor)).rejects.toThrow(DataError);
    await expect(store.compact(vendor)).rejects.toThrow(file);

    expect(await store.series('M&M', '1d')).toEqual(pin);
  });

  test('says so where there is no such series', async () => {
    await expect(openBarStore(await scratchRoot()).compact(vendor)).rejects.toThrow(
      'there is no series of "M&M" "1d"',
    );
  });
});
