import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, LaneError } from '../contracts/errors.ts';
import { openDataRoot, runFolder } from './data-root.ts';
import { canMakeDisk, scratchFolder, tinyDisk } from './scratch.fixture.ts';

describe('openDataRoot', () => {
  test('makes a root with an id of its own', async () => {
    const [one, other] = [scratchFolder(), scratchFolder()];

    const root = await openDataRoot(path.join(one, 'data'));

    expect(root.path).toBe(path.join(one, 'data'));
    expect(root.id).toMatch(/^[0-9a-f]{8}$/);
    expect((await openDataRoot(other)).id).not.toBe(root.id);
  });

  test('finds the same root again, by whatever path', async () => {
    const folder = scratchFolder();
    const { id } = await openDataRoot(folder);

    const again = await openDataRoot(path.join(folder, 'state', '..'));

    expect(again).toEqual({ path: folder, id });
  });

  test('gives many that make it at once one id', async () => {
    const folder = scratchFolder();

    const roots = await Promise.all(Array.from({ length: 20 }, () => openDataRoot(folder)));

    expect(new Set(roots.map(({ id }) => id)).size).toBe(1);
    expect(await readdir(path.join(folder, 'state'))).toEqual(['root.json']);
  });

  test.each(['', 'null', '{}', '{"id":7}', '{"schema":1,"id":"0BADCAFE"}', '{"id":"../../etc"}'])(
    'refuses an identity that holds %j, and keeps it',
    async (text) => {
      const folder = scratchFolder();
      const identity = path.join(folder, 'state', 'root.json');
      await mkdir(path.dirname(identity));
      await writeFile(identity, text);

      const opened = openDataRoot(folder);

      await expect(opened).rejects.toThrow(DataError);
      await expect(opened).rejects.toThrow(identity);
      expect(await readFile(identity, 'utf8')).toBe(text);
    },
  );

  test.skipIf(!canMakeDisk)('leaves no half identity on a full disk', async () => {
    const disk = tinyDisk(8);
    const ballast = path.join(disk, 'ballast');
    await writeFile(ballast, Buffer.alloc(8 * 1024));

    await expect(openDataRoot(disk)).rejects.toThrow(LaneError);

    expect(await readdir(path.join(disk, 'state'))).toEqual([]);
    await rm(ballast);
    expect((await openDataRoot(disk)).id).toMatch(/^[0-9a-f]{8}$/);
  });

  test.skipIf(!canMakeDisk)('opens a root of a full disk that was made before', async () => {
    const disk = tinyDisk(12);
    const root = await openDataRoot(disk);
    await writeFile(path.join(disk, 'ballast'), Buffer.alloc(16 * 1024)).catch(() => {});

    expect(await openDataRoot(disk)).toEqual(root);
  });
});

describe('runFolder', () => {
  test('lies under the root', () => {
    expect(runFolder({ path: '/data', id: '0badcafe' }, 'r1')).toBe('/data/runs/r1');
  });
});
