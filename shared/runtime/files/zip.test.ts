import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import { isZip, unzipped } from './zip.ts';

const text = 'a line of text\n'.repeat(200);
const archive = zipSync({ 'one.txt': strToU8(text), 'folder/two.txt': strToU8('2') });

describe('unzipped', () => {
  test('gives each file, whole', () => {
    const files = unzipped(archive, 'x.zip');

    expect([...files.keys()]).toEqual(['one.txt', 'folder/two.txt']);
    expect(new TextDecoder().decode(files.get('one.txt'))).toBe(text);
    expect(isZip(archive)).toBe(true);
    expect(isZip(strToU8('TradDt,BizDt'))).toBe(false);
  });

  test('gives what is wanted alone', () => {
    expect([...unzipped(archive, 'x.zip', ['folder/two.txt', 'none']).keys()]).toEqual([
      'folder/two.txt',
    ]);
  });

  test('refuses a file that says to be larger than any we read, and unpacks nothing', () => {
    const huge = archive.slice();
    const directory = new DataView(huge.buffer).getUint32(huge.length - 6, true);
    new DataView(huge.buffer).setUint32(directory + 24, 2 ** 30, true);

    expect(() => unzipped(huge, 'x.zip')).toThrow('"one.txt" in it says to be larger than');
    expect(unzipped(huge, 'x.zip', ['folder/two.txt']).size).toBe(1);
  });

  test.each([0, 1, 21, 40, archive.length / 2, archive.length - 1])(
    'refuses an archive cut after %d bytes',
    (length) => {
      const cut = archive.subarray(0, Math.floor(length));

      expect(() => unzipped(cut, 'x.zip')).toThrow(DataError);
      expect(() => unzipped(cut, 'x.zip')).toThrow('"x.zip" should be a zip archive');
    },
  );

  test('refuses content that is not what was packed', () => {
    const stored = zipSync({ 'one.txt': strToU8(text) }, { level: 0 });
    const damaged = stored.map((byte, i) => (i === 100 ? byte ^ 1 : byte));

    expect(() => unzipped(damaged, 'x.zip')).toThrow('another checksum');
  });
});
