import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InvariantError, LaneError } from '../../contracts/errors.ts';
import { columnsOf, connected, readParquet, writeParquet } from './duckdb.ts';
import { canMakeDisk, scratchFolder, tinyDisk } from '../scratch.fixture.ts';

const n = 5000;
const columns = {
  ts: Float64Array.from({ length: n }, (_, i) => 1.7e12 + i * 60_000),
  price: Float64Array.from({ length: n }, (_, i) => Math.sqrt(i)),
  odd: Float64Array.of(...Array.from({ length: n }, (_, i) => [NaN, -0, Infinity, 5e-324][i % 4])),
  probability: Float32Array.from({ length: n }, (_, i) => i / n),
  count: Int32Array.from({ length: n }, (_, i) => -i),
  label: Int8Array.from({ length: n }, (_, i) => (i % 3) - 1),
  'any "name"': Uint8Array.from({ length: n }, (_, i) => i),
};

describe('writeParquet', () => {
  test('keeps every bit and the kind of every column, in order', async () => {
    const file = path.join(scratchFolder(), 'table.parquet');

    await writeParquet(file, columns);
    const read = await readParquet(file);

    expect(read).toEqual(columns);
    expect(Object.keys(read)).toEqual(Object.keys(columns));
    expect(Object.is(read.odd[1], -0)).toBe(true);
  });

  test('gives equal bytes for equal columns', async () => {
    const folder = scratchFolder();
    const files = ['one', 'two'].map((name) => path.join(folder, name));

    await Promise.all(files.map((file) => writeParquet(file, columns)));
    const [one, two] = await Promise.all(files.map((file) => readFile(file)));

    expect(one.equals(two)).toBe(true);
  });

  test('writes a table without rows', async () => {
    const file = path.join(scratchFolder(), 'empty.parquet');

    await writeParquet(file, { ts: new Float64Array(0) });

    expect(await readParquet(file)).toEqual({ ts: new Float64Array(0) });
  });

  test('takes any path at its word', async () => {
    const folder = path.join(scratchFolder(), "it's [a] *strange*? place");
    await mkdir(folder);
    const file = path.join(folder, 'M&M.parquet');

    await writeParquet(file, { ts: Float64Array.of(1) });

    expect(await readParquet(file)).toEqual({ ts: Float64Array.of(1) });
  });

  test.each([
    ['columns of other lengths', { a: new Float64Array(2), b: new Float64Array(3) }],
    ['no columns', {}],
  ])('refuses %s', async (_, wrong) => {
    await expect(writeParquet('/nowhere', wrong)).rejects.toThrow(InvariantError);
  });

  test.skipIf(!canMakeDisk)('says that the disk is full', async () => {
    const disk = tinyDisk(16);

    const written = writeParquet(path.join(disk, 'table.parquet'), columns);

    await expect(written).rejects.toThrow(LaneError);
    await expect(written).rejects.toThrow('the disk is full');
  });
});

describe('readParquet', () => {
  test('never takes a damaged file for a sound one where the damage breaks its form', async () => {
    const file = path.join(scratchFolder(), 'table.parquet');
    await writeParquet(file, columns);
    const whole = await readFile(file);

    for (const length of [0, 4, 100, whole.length >> 1, whole.length - 1]) {
      await writeFile(file, whole.subarray(0, length));
      await expect(readParquet(file), `cut to "${length}" bytes`).rejects.toThrow(DataError);
    }
    await expect(readParquet(file)).rejects.toThrow(file);
    await expect(readParquet(`${file}.none`)).rejects.toThrow(DataError);
  });

  test('reads a file that was mended since it failed to read it', async () => {
    const file = path.join(scratchFolder(), 'table.parquet');
    await writeParquet(file, columns);
    const whole = await readFile(file);
    await writeFile(
      file,
      whole.map((byte, i) => (i > whole.length - 200 ? byte ^ 1 : byte)),
    );
    await expect(readParquet(file)).rejects.toThrow(DataError);

    await writeFile(file, whole);

    expect(await readParquet(file)).toEqual(columns);
  });

  test('reads the columns asked for, in their order', async () => {
    const file = path.join(scratchFolder(), 'table.parquet');
    await writeParquet(file, columns);

    const read = await readParquet(file, ['any "name"', 'ts']);

    expect(Object.entries(read)).toEqual([
      ['any "name"', columns['any "name"']],
      ['ts', columns.ts],
    ]);
    await expect(readParquet(file, ['none'])).rejects.toThrow(DataError);
  });
});

describe('columnsOf', () => {
  test('takes values one by one where some were missing, and names the row that is', async () => {
    const some = 'SELECT CASE WHEN i < 3000 THEN i::DOUBLE END AS x FROM range(3001) t(i)';
    const query = (sql: string) =>
      connected('rows', 'read', async (connection) => columnsOf(await connection.run(sql), 'rows'));

    await expect(query(some)).rejects.toThrow('column "x" of "rows" has no value in row "3000"');

    const { x } = await query(`SELECT x FROM (${some}) WHERE x IS NOT NULL`);
    expect(x).toEqual(Float64Array.from({ length: 3000 }, (_, i) => i));
  });
});
