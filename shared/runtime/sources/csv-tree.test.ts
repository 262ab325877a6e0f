import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import { scratchFolder } from '../scratch.fixture.ts';
import { findBarFiles } from './csv-tree.ts';

async function tree(...files: string[]): Promise<string> {
  const root = scratchFolder();
  for (const file of files) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true });
    await writeFile(path.join(root, file), '');
  }
  return root;
}

describe('findBarFiles', () => {
  test('finds files named after symbols, in order, and says which are not', async () => {
    const root = await tree('TCS.csv', 'M&M.csv', 'infy.csv', 'README.md', '.hidden.csv');

    expect(await findBarFiles(root)).toEqual({
      symbols: [
        { symbol: 'M&M', files: [{ path: path.join(root, 'M&M.csv') }] },
        { symbol: 'TCS', files: [{ path: path.join(root, 'TCS.csv') }] },
      ],
      misnamed: [path.join(root, 'infy.csv')],
    });
  });

  test("finds the predecessor's files by interval, in order of their days", async () => {
    const root = await tree(
      'TCS/1day/2024-01-02.csv',
      'TCS/1day/2024-01-01.csv',
      'TCS/1day/latest.csv',
      'TCS/5minute/2024-01-01.csv',
      'TCS/30minute/2024-01-01.csv',
    );
    const file = (name: string) => path.join(root, 'TCS', name);

    expect(await findBarFiles(root)).toEqual({
      symbols: [
        {
          symbol: 'TCS',
          interval: '1d',
          files: [
            { path: file('1day/2024-01-01.csv'), day: '2024-01-01' },
            { path: file('1day/2024-01-02.csv'), day: '2024-01-02' },
          ],
        },
        {
          symbol: 'TCS',
          interval: '5m',
          files: [{ path: file('5minute/2024-01-01.csv'), day: '2024-01-01' }],
        },
      ],
      misnamed: [file('1day/latest.csv')],
    });
  });

  test('takes a single file', async () => {
    const root = await tree('TCS.csv');

    const { symbols } = await findBarFiles(path.join(root, 'TCS.csv'));

    expect(symbols.map(({ symbol }) => symbol)).toEqual(['TCS']);
  });

  test.each([
    ['no such path', undefined, 'there is no "'],
    ['an empty folder', [], 'holds no bars; expected "SYMBOL.csv"'],
    ['a folder of other things', ['notes.txt', 'daily/TCS.csv'], 'holds no bars'],
    ['a symbol in both forms', ['TCS.csv', 'TCS/1day/2024-01-01.csv'], 'remove one'],
  ])('refuses %s', async (_, files, message) => {
    const found = findBarFiles(files === undefined ? '/no/such/folder' : await tree(...files));

    await expect(found).rejects.toThrow(InputError);
    await expect(found).rejects.toThrow(message);
  });
});
