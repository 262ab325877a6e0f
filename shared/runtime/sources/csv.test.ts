import { chmod, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../contracts/time.ts';
import { barColumns } from '../../domain/market/bars/bars.ts';
import { bars } from '../../domain/market/bars/bars.fixture.ts';
import { scratchFolder } from '../scratch.fixture.ts';
import { writeBarsCsv } from './csv.fixture.ts';
import { readBarsCsv } from './csv.ts';

const header = 'ts,open,high,low,close,volume';

async function read(text: string, day?: string) {
  const file = path.join(scratchFolder(), 'X.csv');
  await writeFile(file, text);
  const found = await readBarsCsv([{ path: file, ...(day ? { day: day as TradingDay } : {}) }]);
  expect(found.faults.every((fault) => fault.file === file)).toBe(true);
  return { ...found, told: found.faults.map(({ line, message }) => `${line}: ${message}`) };
}

describe('readBarsCsv', () => {
  test('reads columns by name, whatever their order, and passes over others', async () => {
    const found = await read(
      'Volume, symbol ,close,low,high,open,Timestamp\r\n7,X,3,1,4,2,2024-01-01 09:15:00+05:30\r\n',
    );

    expect(found.told).toEqual([]);
    expect(barColumns.map((name) => found[name][0])).toEqual([
      Date.parse('2024-01-01T03:45:00Z'),
      2,
      4,
      1,
      3,
      7,
    ]);
    expect(found.at(0).line).toBe(2);
  });

  test('reads the forms of numbers, quotes, a byte-order mark and blank lines', async () => {
    const found = await read(
      `\ufeff${header}\n\n"2024-01-01","1","2e2",.5,+1.25,1e6\n\n2024-01-02,1.,2,1,1,0\n\n`,
    );

    expect(found.told).toEqual([]);
    expect([...found.high]).toEqual([200, 2]);
    expect([...found.close]).toEqual([1.25, 1]);
    expect(found.at(1).line).toBe(5);
  });

  test.each([
    ['nan', 'close "nan" is not a number'],
    ['', 'close "" is not a number'],
    ['0x10', 'close "0x10" is not a number'],
    ['1_000', 'close "1_000" is not a number'],
    ['Infinity', 'close "Infinity" is not a number'],
    ['-', 'close "-" is not a number'],
  ])('refuses %j as a number and names the line', async (close, message) => {
    const found = await read(`${header}\n2024-01-01,1,1,1,1,1\n2024-01-02,1,1,1,${close},1\n`);

    expect(found.told).toEqual([`3: ${message}`]);
    expect(found.ts).toHaveLength(1);
  });

  test.each([
    ['a missing column', 'ts,open,high,low,volume\n1,2,3,4,5', '1: the header lacks "close"'],
    ['no time', 'date,open,high,low,close,volume\n1,2,3,4,5,6', '1: the header lacks "ts"'],
    ['a column twice', `${header},close\n1,2,3,4,5,6,7`, '1: the header names "close" twice'],
    ['both names of the time', `${header},timestamp\n`, '1: the header names "ts" twice'],
    ['an empty file', '', '1: the file holds no bars'],
    ['a header alone', `${header}\n`, '1: the file holds no bars'],
    ['a short row', `${header}\n2024-01-01,1,1,1,1`, '2: the header has "6" fields, this row "5"'],
    [
      'a time that is none',
      `${header}\n2024-02-30,1,1,1,1,1`,
      '2: "2024-02-30" is no time; expected one like "2024-01-01T09:15:00+05:30"',
    ],
  ])('refuses %s', async (_, text, fault) => {
    expect((await read(text)).told).toEqual([fault]);
  });

  test('refuses a quote that is never closed, and what is no text', async () => {
    const open = await read(`${header}\n2024-01-01,1,1,1,"1,1\n`);
    const binary = await read('PAR1\u0000\u0001\u0002');

    expect(open.told).toEqual([expect.stringContaining('cannot be told apart into fields')]);
    expect(binary.told).toEqual([expect.stringContaining('1: the header lacks "ts"')]);
  });

  test('holds a file to the day of its name', async () => {
    const found = await read(
      `${header}\n2024-01-01 09:15,1,1,1,1,1\n2024-01-02 09:15,1,1,1,1,1\n`,
      '2024-01-01',
    );

    expect(found.told).toEqual(['3: the bar is of "2024-01-02", the file of "2024-01-01"']);
  });

  test('reads several files as one, and says of each row where it stood', async () => {
    const folder = scratchFolder();
    const files = ['a', 'b', 'c'].map((name) => ({ path: path.join(folder, name) }));
    await writeFile(files[0].path, `${header}\n2024-01-01,1,1,1,1,1\n`);
    await writeFile(files[2].path, `${header}\n2024-01-03,1,1,1,x,1\n2024-01-04,1,1,1,1,1\n`);

    const found = await readBarsCsv(files);

    expect(found.ts).toHaveLength(2);
    expect(found.at(1)).toEqual({ file: files[2].path, line: 3 });
    expect(found.faults).toEqual([
      { file: files[1].path, line: 1, message: 'the file cannot be read ("ENOENT")' },
      { file: files[2].path, line: 2, message: 'close "x" is not a number' },
    ]);
  });

  test('reads what only its owner may not write', async () => {
    const file = path.join(scratchFolder(), '2024-01-01.csv');
    await writeFile(file, `${header}\n2024-01-01,1,1,1,1,1\n`);
    await chmod(file, 0o444);

    expect((await readBarsCsv([{ path: file }])).ts).toHaveLength(1);
  });
});

describe('writeBarsCsv', () => {
  test('writes what is read back to the same numbers', async () => {
    const folder = scratchFolder();
    const written = bars({ symbol: 'M&M', close: [0.1 + 0.2, 1e-7, 3], volume: [1e9, 0, 2 ** 53] });

    await writeBarsCsv(folder, [written]);
    const file = path.join(folder, 'M&M.csv');
    const found = await readBarsCsv([{ path: file }]);

    for (const name of barColumns) expect(found[name]).toEqual(written[name]);
    expect(found.faults).toEqual([]);
    expect((await readFile(file, 'utf8')).split('\n').slice(0, 2)).toEqual([
      'ts,open,high,low,close,volume',
      '2024-01-01T00:00:00+05:30,0.30000000000000004,0.30000000000000004,0.30000000000000004,0.30000000000000004,1000000000',
    ]);
  });
});
