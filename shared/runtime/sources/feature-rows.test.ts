import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeParquet } from '../files/duckdb.ts';
import { scratchFolder } from '../scratch.fixture.ts';
import { parseFeatureRows, readFeatureRows } from './feature-rows.ts';

async function csv(text: string): Promise<string> {
  const file = path.join(scratchFolder(), 'rows.csv');
  await writeFile(file, text);
  return file;
}

describe('readFeatureRows', () => {
  test('reads a CSV with a header; what is empty or called so is missing or infinite', async () => {
    const rows = await readFeatureRows(await csv('rsi14,macd\n70.5,\n-inf,NaN\n1e3,Infinity\n'));

    expect(rows).toEqual({
      rsi14: Float64Array.of(70.5, -Infinity, 1000),
      macd: Float64Array.of(NaN, NaN, Infinity),
    });
    expect(Object.keys(rows)).toEqual(['rsi14', 'macd']);
  });

  test('reads Parquet', async () => {
    const file = path.join(scratchFolder(), 'rows.parquet');
    await writeParquet(file, { macd: Float32Array.of(1.5, NaN), rsi14: Float64Array.of(50, 60) });

    expect(await readFeatureRows(file)).toEqual({
      macd: Float32Array.of(1.5, NaN),
      rsi14: Float64Array.of(50, 60),
    });
  });

  test.each([
    ['rsi14\nhigh\n', 'line "2", column "rsi14": found "high", no number'],
    ['rsi14,macd\n1\n', 'Invalid Record Length'],
    ['rsi14,rsi14\n1,2\n', 'has two columns "rsi14"'],
    ['rsi14,macd\n', 'holds no rows; it needs a header of features and a line a row'],
    ['', 'holds no rows'],
  ])('refuses %j', async (text, fault) => {
    await expect(readFeatureRows(await csv(text))).rejects.toThrow(fault);
  });

  test.each(['/nowhere/rows.csv', '/nowhere/rows.parquet'])('refuses %s', async (file) => {
    await expect(readFeatureRows(file)).rejects.toThrow(`"${file}" cannot be read`);
  });
});

describe('parseFeatureRows', () => {
  test('reads one row, or a list of them; null is missing', () => {
    expect(parseFeatureRows('{"rsi14": 70, "macd": null}')).toEqual({
      rsi14: Float64Array.of(70),
      macd: Float64Array.of(NaN),
    });
    expect(parseFeatureRows('[{"rsi14": 70}, {"rsi14": 30}]')).toEqual({
      rsi14: Float64Array.of(70, 30),
    });
  });

  test.each([
    ['rsi14=70', 'the rows are no JSON'],
    ['[]', 'the rows are no objects'],
    ['[1]', 'the rows are no objects'],
    ['[{"rsi14": 1}, {"macd": 1}]', 'row "2" has other features than the first'],
    ['{"rsi14": "high"}', 'row "1", "rsi14": found "high", no number'],
  ])('refuses %s', (text, fault) => {
    expect(() => parseFeatureRows(text)).toThrow(fault);
  });
});
