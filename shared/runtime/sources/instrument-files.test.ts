import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../contracts/errors.ts';
import { scratchFolder } from '../scratch.fixture.ts';
import { securityMaster, zipOf } from './instrument-files.fixture.ts';
import { readInstrumentFile } from './instrument-files.ts';

async function read(content: string | Uint8Array) {
  const file = path.join(scratchFolder(), 'given');
  await writeFile(file, content);
  return await readInstrumentFile(file);
}

const tcs = { token: '11536', code: 'TCS', face: '1', isin: 'INE467B01029', symbol: 'TCS' };

describe('readInstrumentFile', () => {
  test('reads shares of a security master and passes over the rest', async () => {
    const text = securityMaster(
      {},
      { ...tcs, series: 'BE' },
      tcs,
      { token: 'NIFTY 50', code: 'NIFTY', series: '0', isin: '', symbol: 'NIFTY 50' },
      { token: '0', code: 'ACRTEC', series: 'BE', isin: 'INE055L01013', symbol: 'ACROPETAL' },
      { token: '5', code: 'GOLBEE', isin: 'INF204KB17I5', symbol: 'GOLDBEES' },
      { token: '6', code: 'RELN1', series: 'N1', symbol: 'RELIANCE' },
    );

    expect(await read(text)).toEqual({
      kind: 'security-master',
      listed: [
        {
          symbol: 'RELIANCE',
          name: 'RELIANCE LTD',
          isin: 'INE002A01018',
          isecCode: 'RELIND',
          token: 2885,
          faceValue: 10,
        },
        {
          symbol: 'TCS',
          name: 'TCS LTD',
          isin: 'INE467B01029',
          isecCode: 'TCS',
          token: 11536,
          faceValue: 1,
        },
      ],
      passedOver: 5,
    });
  });

  test('learns from the list of futures in the zip who has derivatives', async () => {
    const futures =
      'Token,InstrumentName,ExchangeCode\n1,FUTSTK,RELIANCE\n2,OPTSTK,TCS\n3,FUTIDX,NIFTY 50\n';
    const zip = zipOf({
      'NSEScripMaster.txt': securityMaster({}, tcs),
      'FONSEScripMaster.txt': futures,
      'BSEScripMaster.txt': 'another layout',
    });

    const { listed } = await read(zip);

    expect(listed.map(({ symbol, derivatives }) => [symbol, derivatives])).toEqual([
      ['RELIANCE', true],
      ['TCS', false],
    ]);
  });

  test('reads constituents', async () => {
    const text =
      '\uFEFFCompany Name,Industry,Symbol,Series,ISIN Code\nInfosys Ltd.,Information Technology,INFY,EQ,INE009A01021\n';

    expect(await read(text)).toEqual({
      kind: 'constituents',
      listed: [
        {
          symbol: 'INFY',
          name: 'Infosys Ltd.',
          sector: 'Information Technology',
          isin: 'INE009A01021',
        },
      ],
      passedOver: 0,
    });
  });

  test.each([
    [
      'another layout',
      'Symbol,Code\nTCS,TCS\n',
      InputError,
      /expected a header with "Token, ShortName, .+found "Symbol, Code"/s,
    ],
    ['an empty file', '', InputError, /found ""/],
    ['a master without shares', securityMaster(), InputError, /lists no shares/],
    [
      'two symbols at one code',
      securityMaster({}, { ...tcs, code: 'RELIND' }),
      DataError,
      /lines 2 and 3 point "RELIANCE" and "TCS" at one code, "RELIND"/,
    ],
    [
      'one symbol twice',
      securityMaster({}, { code: 'OTHER' }),
      DataError,
      /lines 2 and 3 both list "RELIANCE"/,
    ],
    [
      'a torn row',
      `${securityMaster({})}"11536","TCS"`,
      DataError,
      /line 3: "14" fields were expected, "2" found/,
    ],
    [
      'a zip without the master',
      zipOf({ 'BSEScripMaster.txt': 'x' }),
      InputError,
      /should hold "NSEScripMaster.txt"/,
    ],
    [
      'a zip that breaks off',
      zipOf({ 'NSEScripMaster.txt': securityMaster({}) }).slice(0, 100),
      DataError,
      /should be a zip archive but breaks off/,
    ],
    [
      'another layout of futures',
      zipOf({ 'NSEScripMaster.txt': securityMaster({}), 'FONSEScripMaster.txt': 'a,b\n1,2\n' }),
      InputError,
      /should have the columns "InstrumentName", "ExchangeCode"; its header is "a, b"/,
    ],
  ])('refuses %s', async (_, content, kind, message) => {
    await expect(read(content)).rejects.toThrow(kind);
    await expect(read(content)).rejects.toThrow(message);
  });

  test('says that there is no such file', async () => {
    await expect(readInstrumentFile('/no/such')).rejects.toThrow('"/no/such" cannot be read');
  });
});
