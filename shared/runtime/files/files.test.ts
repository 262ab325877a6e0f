import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError, LaneError } from '../../contracts/errors.ts';
import { codeOf, named, readJson, writeWhole } from './files.ts';
import { canMakeDisk, scratchFolder, tinyDisk } from '../scratch.fixture.ts';

const systemError = (code: string): Error => Object.assign(new Error(code), { code });

describe('writeWhole', () => {
  test('writes a file in folders that it makes, and nothing beside it', async () => {
    const folder = path.join(scratchFolder(), 'runs', 'one');

    await writeWhole(path.join(folder, 'plan.json'), 'first');

    expect(await readFile(path.join(folder, 'plan.json'), 'utf8')).toBe('first');
    expect(await readdir(folder)).toEqual(['plan.json']);
  });

  test('replaces what was there', async () => {
    const file = path.join(scratchFolder(), 'report.json');
    await writeWhole(file, 'a long first text');

    await writeWhole(file, 'short');

    expect(await readFile(file, 'utf8')).toBe('short');
  });

  test('lets a reader see one text or the other while many write', async () => {
    const file = path.join(scratchFolder(), 'stack.json');
    const texts = Array.from({ length: 20 }, (_, i) => String(i).repeat(10_000));
    await writeWhole(file, texts[0]);

    const [, ...seen] = await Promise.all([
      Promise.all(texts.map((text) => writeWhole(file, text))),
      ...texts.map(() => readFile(file, 'utf8')),
    ]);

    expect(texts).toEqual(expect.arrayContaining(seen));
    expect(await readdir(path.dirname(file))).toEqual(['stack.json']);
  });

  test.skipIf(!canMakeDisk)('keeps the old text where the disk is full', async () => {
    const disk = tinyDisk(16);
    const file = path.join(disk, 'report.json');
    await writeWhole(file, 'old');

    const written = writeWhole(file, 'new'.repeat(20_000));

    await expect(written).rejects.toThrow(LaneError);
    await expect(written).rejects.toThrow(`the disk under "${disk}" is full`);
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(disk)).toEqual(['report.json']);
  });
});

describe('readJson', () => {
  test('is undefined where there is no file', async () => {
    expect(await readJson(path.join(scratchFolder(), 'none.json'))).toBeUndefined();
  });

  test('gives back the value', async () => {
    const file = path.join(scratchFolder(), 'value.json');
    await writeFile(file, '{"a":[1,null]}\n');

    expect(await readJson(file)).toEqual({ a: [1, null] });
  });

  test.each(['', '{"a":1', 'PAR1'])('names a file that holds %j', async (text) => {
    const file = path.join(scratchFolder(), 'value.json');
    await writeFile(file, text);

    const read = readJson(file);

    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(`"${file}" should hold JSON`);
  });
});

describe('named', () => {
  test.each([
    ['ENOSPC', LaneError],
    ['EDQUOT', LaneError],
    ['EIO', LaneError],
    ['EACCES', InputError],
    ['EROFS', InputError],
    ['EPERM', InputError],
  ])('makes of %s an error that says who must act', async (code, kind) => {
    const step = named('/data', () => Promise.reject(systemError(code)));

    await expect(step).rejects.toThrow(kind);
    await expect(step).rejects.toThrow('"/data"');
  });

  test('passes on what it knows nothing of', async () => {
    const own = new DataError('ours');

    await expect(named('/data', () => Promise.reject(own))).rejects.toBe(own);
    await expect(named('/data', () => Promise.reject(systemError('EBUSY')))).rejects.toThrow(
      /^EBUSY$/,
    );
    expect(await named('/data', () => Promise.resolve(3))).toBe(3);
  });
});

describe('codeOf', () => {
  test.each([
    [systemError('ENOENT'), 'ENOENT'],
    [new Error('plain'), undefined],
    [{ code: 'ENOENT' }, undefined],
    [undefined, undefined],
  ])('of %o is %j', (error, code) => {
    expect(codeOf(error)).toBe(code);
  });
});
