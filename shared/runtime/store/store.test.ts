import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, LaneError } from '../../contracts/errors.ts';
import type { DataRoot } from '../data-root.ts';
import { sha256 } from '../files/digest.ts';
import { canMakeDisk, scratchRoot, tinyDisk } from '../scratch.fixture.ts';
import { openStore, type Store } from './store.ts';

const key = 'ab'.repeat(32);

/** Writes `model.txt` and a second file. */
const model =
  (text: string) =>
  async (folder: string): Promise<void> => {
    await writeFile(path.join(folder, 'model.txt'), text);
    await writeFile(path.join(folder, 'rows.bin'), Uint8Array.of(1, 2, 3));
  };

async function opened(): Promise<{ root: DataRoot; store: Store; said: string[] }> {
  const root = await scratchRoot();
  const said: string[] = [];
  return { root, store: openStore(root, (message) => said.push(message)), said };
}

/** Names under a folder of the root; none where there is no such folder. */
async function names(root: DataRoot, folder: string): Promise<string[]> {
  return await readdir(path.join(root.path, folder), { recursive: true }).catch(() => []);
}

describe('publish', () => {
  test('puts files under a name, with a manifest that says what they are', async () => {
    const { root, store } = await opened();

    const { manifest, written } = await store.publish('teachers', key, model('tree'), {
      lane: 'a',
    });

    const folder = path.join(root.path, 'store', 'teachers', 'ab', key);
    expect(written).toBe(true);
    expect(store.folder('teachers', key)).toBe(folder);
    expect((await readdir(folder)).toSorted()).toEqual(['manifest.json', 'model.txt', 'rows.bin']);
    expect(manifest).toMatchObject({
      schema: 1,
      kind: 'teachers',
      key,
      files: { 'model.txt': { sha256: sha256('tree'), bytes: 4 } },
      facts: { lane: 'a' },
    });
    expect(await store.find('teachers', key)).toEqual(manifest);
    expect(await names(root, 'tmp')).toEqual([]);
  });

  test('keeps kinds apart', async () => {
    const { store } = await opened();
    await store.publish('teachers', key, model('tree'), {});

    expect(await store.find('predictions', key)).toBeUndefined();
  });

  test('leaves nothing of a writer that throws', async () => {
    const { root, store } = await opened();
    const fault = new Error('the pen broke');

    const published = store.publish(
      'teachers',
      key,
      async (folder) => {
        await model('tree')(folder);
        throw fault;
      },
      {},
    );

    await expect(published).rejects.toBe(fault);
    expect([await names(root, 'store'), await names(root, 'tmp')]).toEqual([[], []]);
    expect(await store.find('teachers', key)).toBeUndefined();
  });

  test('keeps the first of two that write the same', async () => {
    const { store } = await opened();
    await store.publish('teachers', key, model('tree'), { lane: 'first' });

    const second = await store.publish('teachers', key, model('tree'), { lane: 'second' });

    expect(second.written).toBe(false);
    expect(second.manifest.facts).toEqual({ lane: 'first' });
  });

  test('lets one of many win that write at once, and tells the others who', async () => {
    const { root, store } = await opened();

    const results = await Promise.all(
      Array.from({ length: 12 }, (_, lane) =>
        store.publish('teachers', key, model('tree'), { lane }),
      ),
    );

    const winners = results.filter(({ written }) => written);
    expect(winners).toHaveLength(1);
    for (const { manifest } of results) expect(manifest).toEqual(winners[0].manifest);
    expect([await names(root, 'tmp'), await names(root, 'state/set-aside')]).toEqual([[], []]);
  });

  test('refuses other content under a name that stands, and keeps what stood', async () => {
    const { root, store } = await opened();
    const { manifest } = await store.publish('teachers', key, model('tree'), {});

    const other = store.publish('teachers', key, model('shrub'), {});

    await expect(other).rejects.toThrow(DataError);
    await expect(other).rejects.toThrow('its name misses something that changes the result');
    expect(await store.find('teachers', key)).toEqual(manifest);
    expect(await names(root, 'tmp')).toEqual([]);
  });

  test('replaces an artifact that is damaged', async () => {
    const { root, store } = await opened();
    await store.publish('teachers', key, model('tree'), {});
    await writeFile(path.join(store.folder('teachers', key), 'model.txt'), 'tre');

    const { written } = await store.publish('teachers', key, model('tree'), { again: true });

    expect(written).toBe(true);
    expect((await store.find('teachers', key))?.facts).toEqual({ again: true });
    expect(await readdir(path.join(root.path, 'state', 'set-aside'))).toHaveLength(1);
  });

  test.skipIf(!canMakeDisk)('leaves nothing on a full disk', async () => {
    const root = { path: tinyDisk(64), id: '0badcafe' };
    const store = openStore(root, () => {});

    const published = store.publish('teachers', key, model('x'.repeat(100_000)), {});

    await expect(published).rejects.toThrow(LaneError);
    await expect(published).rejects.toThrow(`the disk under "${root.path}" is full`);
    expect([await names(root, 'store'), await names(root, 'tmp')]).toEqual([[], []]);
    expect((await store.publish('teachers', key, model('tree'), {})).written).toBe(true);
  });
});

describe('find', () => {
  test('knows nothing of what was never published', async () => {
    const { root, store } = await opened();

    expect(await store.find('teachers', key)).toBeUndefined();
    expect(await names(root, 'state/set-aside')).toEqual([]);
  });

  test.each<[string, (folder: string) => Promise<unknown>]>([
    ['a file is cut short', (folder) => writeFile(path.join(folder, 'model.txt'), 'tre')],
    ['one byte has changed', (folder) => writeFile(path.join(folder, 'model.txt'), 'trea')],
    ['a file is gone', (folder) => rm(path.join(folder, 'rows.bin'))],
    ['the manifest is gone', (folder) => rm(path.join(folder, 'manifest.json'))],
    ...[
      '',
      '{"schema":1',
      'null',
      '{}',
      '[]',
      '7',
      `{"schema":1,"kind":"teachers","key":"${key}"}`,
      `{"schema":1,"kind":"teachers","key":"${key}","files":{},"facts":{},"content":""}`,
      `{"schema":1,"kind":"teachers","key":"${key}","files":{"model.txt":null},"facts":{}}`,
    ].map((text): [string, (folder: string) => Promise<unknown>] => [
      `the manifest holds '${text}'`,
      (folder) => writeFile(path.join(folder, 'manifest.json'), text),
    ]),
    [
      'the manifest lists one file less',
      async (folder) => {
        const file = path.join(folder, 'manifest.json');
        const manifest = JSON.parse(await readFile(file, 'utf8'));
        delete manifest.files['model.txt'];
        await writeFile(file, JSON.stringify(manifest));
      },
    ],
  ])('sets an artifact aside where %s', async (_, damage) => {
    const { root, store, said } = await opened();
    await store.publish('teachers', key, model('tree'), {});
    await damage(store.folder('teachers', key));

    expect(await store.find('teachers', key)).toBeUndefined();
    expect(said).toEqual([expect.stringContaining('it was moved to')]);

    const [aside, ...others] = await readdir(path.join(root.path, 'state', 'set-aside'));
    expect(aside).toContain(`teachers-${key}`);
    expect(others).toEqual([]);
    expect(await names(root, path.join('store', 'teachers', 'ab'))).toEqual([]);
  });

  test("sets another artifact's folder aside", async () => {
    const { root, store } = await opened();
    const other = 'ac'.repeat(32);
    await store.publish('teachers', other, model('tree'), {});
    await mkdir(store.folder('teachers', key), { recursive: true });
    for (const name of await readdir(store.folder('teachers', other)))
      await writeFile(
        path.join(store.folder('teachers', key), name),
        await readFile(path.join(store.folder('teachers', other), name)),
      );

    expect(await store.find('teachers', key)).toBeUndefined();

    expect(await store.find('teachers', other)).toBeDefined();
    expect(await readdir(path.join(root.path, 'state', 'set-aside'))).toHaveLength(1);
  });

  test('sets aside once what many find damaged at once', async () => {
    const { root, store } = await opened();
    await store.publish('teachers', key, model('tree'), {});
    await writeFile(path.join(store.folder('teachers', key), 'model.txt'), '');

    const found = await Promise.all(Array.from({ length: 12 }, () => store.find('teachers', key)));

    expect(new Set(found)).toEqual(new Set([undefined]));
    expect(await readdir(path.join(root.path, 'state', 'set-aside'))).toHaveLength(1);
  });

  test('never takes an artifact for damaged that is just being published', async () => {
    const { root, store } = await opened();

    for (const one of Array.from({ length: 40 }, (_, i) => sha256(String(i)))) {
      let isPublished = false;
      const look = async (): Promise<void> => {
        while (!isPublished) await store.find('teachers', one);
      };
      const looking = Promise.all([look(), look()]);
      await store.publish('teachers', one, model('tree'), {});
      isPublished = true;
      await looking;
    }

    expect(await names(root, 'state/set-aside')).toEqual([]);
  });
});
