import { strToU8, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import { olderText, unifiedText } from './bhavcopy.fixture.ts';
import { readBhavcopy } from './bhavcopy.ts';

const unifiedName = 'BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv';
const olderName = 'cm05JUL2024bhav.csv';
const shares = [
  { ticker: 'RELIANCE', isin: 'INE002A01018', open: 10.5, volume: 1234 },
  { ticker: 'GOLDBOND', series: 'GB' },
  { ticker: 'WATCHED', series: 'BE' },
];
const unified = unifiedText('2024-07-08', shares);
const older = olderText('05-JUL-2024', shares);

/** What is refused, and at which line. */
function refusalOf(text: string | Uint8Array, name: string): readonly [number, string] {
  try {
    readBhavcopy(typeof text === 'string' ? strToU8(text) : text, name);
  } catch (error) {
    if (error instanceof DataError) return [Number(error.fields.line ?? 1), error.message];
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('readBhavcopy', () => {
  test.each([
    [unifiedName, unified, '2024-07-08'],
    [olderName, older, '2024-07-05'],
  ])('reads shares of series EQ and BE of %s', (name, text, day) => {
    const read = readBhavcopy(strToU8(text), name);

    const rest = { high: 12, low: 9, close: 11 };
    expect(read).toEqual({
      day,
      rows: [
        {
          line: 2,
          ticker: 'RELIANCE',
          isin: 'INE002A01018',
          series: 'EQ',
          ...rest,
          open: 10.5,
          volume: 1234,
        },
        {
          line: 4,
          ticker: 'WATCHED',
          isin: '',
          series: 'BE',
          ...rest,
          open: 10,
          volume: 100,
        },
      ],
    });
    const packed = zipSync({ [name]: strToU8(text) });
    expect(readBhavcopy(packed, `${name}.zip`)).toEqual(read);
  });

  test('reads the header without its reserved columns or closing comma', () => {
    const bare = (text: string, ending: RegExp) => strToU8(text.replaceAll(ending, ''));

    expect(readBhavcopy(bare(older, /,$/gm), olderName).rows).toHaveLength(2);
    expect(
      readBhavcopy(bare(unified, /,Rsvd1,Rsvd2,Rsvd3,Rsvd4$|,,,,$/gm), unifiedName).rows,
    ).toHaveLength(2);
  });

  test.each([
    [
      'a renamed column',
      unified.replace('ClsPric', 'ClosePric'),
      'column "18" of the header should be "ClsPric", found "ClosePric"',
    ],
    [
      'a column in between',
      unified.replace(',ISIN,', ',ISIN,Extra,'),
      'column "8" of the header should be "TckrSymb", found "Extra"',
    ],
    [
      'a column at the end',
      unified.replace('Rsvd4', 'Rsvd4,Extra'),
      'column "35" of the header should be "none", found "Extra"',
    ],
    [
      'columns cut off',
      older.replace(',TOTALTRADES,ISIN,', ''),
      'column "12" of the header should be "TOTALTRADES", found "none"',
    ],
    [
      'another table',
      'Dear customer\n',
      'column "1" of the header should be "TradDt", found "Dear customer"',
    ],
  ])('refuses %s, with what was expected and found', (_, text, message) => {
    const [line, told] = refusalOf(text, text.startsWith('SYM') ? olderName : unifiedName);

    expect(line).toBe(1);
    expect(told).toContain(message);
    expect(told).toMatch(/expected "(?:TradDt|SYMBOL),/);
  });

  test('refuses a file whose date differs from its name', () => {
    expect(refusalOf(unified, 'BhavCopy_NSE_CM_0_0_0_20240709_F_0000.csv')).toEqual([
      2,
      'the row is of "2024-07-08", the file\'s name says "2024-07-09"; fetch it again',
    ]);
    expect(refusalOf(older, 'cm08JUL2024bhav.csv')[1]).toContain('the row is of "05-JUL-2024"');
  });

  test('refuses a file that breaks off, another segment, and what is no number', () => {
    expect(refusalOf(unified.slice(0, -20), unifiedName)).toEqual([
      4,
      'the header has "34" fields, this row "26"',
    ]);
    expect(refusalOf(unified.replace(',CM,', ',FO,'), unifiedName)).toEqual([
      2,
      'Sgmt should be "CM", found "FO"',
    ]);
    expect(refusalOf(unified.replace('10.5', '10,5'), unifiedName)[0]).toBe(2);
    expect(refusalOf(unified.replace('10.5', '-'), unifiedName)).toEqual([
      2,
      'open "-" is not a number',
    ]);
  });

  test('refuses what is no archive, one that breaks off, and one that holds something else', () => {
    const packed = zipSync({ [unifiedName]: strToU8(unified) });
    const zip = `${unifiedName}.zip`;

    expect(refusalOf('<html>busy</html>', zip)[1]).toContain('it is no zip archive');
    expect(refusalOf(packed.subarray(0, packed.length - 30), zip)[1]).toContain('breaks off');
    expect(refusalOf(zipSync({ [olderName]: strToU8(older) }), zip)[1]).toBe(
      'the archive should hold the one file of "2024-07-08"; found "cm05JUL2024bhav.csv"',
    );
    expect(refusalOf(zipSync({}), zip)[1]).toContain('found ""');
    expect(refusalOf(unifiedText('2024-07-08', []), unifiedName)[1]).toContain('holds no share');
    expect(refusalOf(unified, 'bhav.csv')[1]).toContain('is no name of a daily archive');
  });
});
