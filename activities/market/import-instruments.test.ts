import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import type { DataRoot } from '../../shared/runtime/data-root.ts';
import { overlayFile } from '../../shared/runtime/reference/instrument-overlay.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { scratchFolder, scratchRoot } from '../../shared/runtime/scratch.fixture.ts';
import {
  securityMaster,
  zipOf,
  type MasterRow,
} from '../../shared/runtime/sources/instrument-files.fixture.ts';
import { importInstruments } from './import-instruments.ts';

const day = (text: string): TradingDay => text as TradingDay;
const now = () => Date.parse('2026-11-02T12:00:00+05:30') as EpochMs;

async function worldOf(root: DataRoot) {
  const { instruments } = await readReference(undefined, overlayFile(root));
  return { root, instruments, now };
}

async function given(name: string, content: string | Uint8Array): Promise<string> {
  const file = path.join(scratchFolder(), name);
  await writeFile(file, content);
  return file;
}

/** All carried equities that are traded, as a security master; then what a test says otherwise. */
async function wholeMaster(...others: readonly MasterRow[]): Promise<MasterRow[]> {
  const { instruments } = await readReference();
  const symbols = new Set(others.map(({ symbol }) => symbol));
  const carried = instruments.all
    .filter(({ kind, delisted, symbol }) => kind === 'equity' && !delisted && !symbols.has(symbol))
    .map(({ symbol, isecCode = '', isin = '', token = 0, faceValue = 0 }) => ({
      symbol,
      code: isecCode,
      isin,
      token: String(token),
      face: String(faceValue),
    }));
  return [...carried, ...others.filter(({ code }) => code !== 'GONE')];
}

describe('importInstruments', () => {
  test('finds nothing in a master that says what is carried, and writes nothing', async () => {
    const root = await scratchRoot();
    const file = await given('NSEScripMaster.txt', securityMaster(...(await wholeMaster())));

    const found = await importInstruments(await worldOf(root), { path: file, apply: false });

    expect(found).toEqual({
      kind: 'security-master',
      asOf: '2026-11-02',
      rows: 132,
      passedOver: 0,
      added: [],
      renamed: [],
      changed: [],
      gone: [],
      outdated: [],
      applied: false,
    });
    expect(await readdir(root.path)).not.toContain('instruments');
  });

  test('keeps a split, a rename, futures and a new share for every process to come', async () => {
    const root = await scratchRoot();
    const rows = await wholeMaster(
      { symbol: 'ABB', code: 'ABB', token: '13', face: '1', isin: 'INE117A01030' },
      { symbol: 'ETERNAL', code: 'GONE' },
      { symbol: 'FOREVER', code: 'ZOMLIM', token: '5097', face: '1', isin: 'INE758T01015' },
      { symbol: 'NEWCO', code: 'NEWLIM', token: '99', face: '5', isin: 'INE055L01013' },
    );
    const futures = rows.filter(({ symbol }) => symbol !== 'BERGEPAINT');
    const file = await given(
      'SecurityMaster.zip',
      zipOf({
        'NSEScripMaster.txt': securityMaster(...rows),
        'FONSEScripMaster.txt': [
          'InstrumentName,ExchangeCode',
          ...futures.map(({ symbol }) => `FUTSTK,${symbol}`),
        ].join('\n'),
      }),
    );
    const request = { path: file, asOf: day('2026-10-30'), apply: true };

    const found = await importInstruments(await worldOf(root), request);
    const again = await importInstruments(await worldOf(root), request);

    expect(found.added.map(({ symbol }) => symbol)).toEqual(['NEWCO']);
    expect(found.renamed).toEqual([{ symbol: 'FOREVER', formerly: 'ETERNAL', by: 'isecCode' }]);
    expect(found.changed.map((one) => `${one.symbol} ${one.field} ${one.after}`)).toEqual([
      'ACC derivatives true',
      'TMCV derivatives true',
      'ABB isin INE117A01030',
      'ABB faceValue 1',
    ]);
    expect(again).toMatchObject({ added: [], renamed: [], changed: [], gone: [], outdated: [] });
    const { instruments } = await worldOf(root);
    expect(instruments.find('ABB')).toMatchObject({
      isin: 'INE117A01030',
      faceValue: 1,
      sector: 'Capital Goods',
      formerIsins: [{ isin: 'INE117A01022', faceValue: 2, until: '2026-10-30' }],
      asOf: '2026-10',
    });
    expect(instruments.byIsin('INE117A01022')?.symbol).toBe('ABB');
    expect(instruments.find('FOREVER')).toMatchObject({
      sector: 'Consumer Services',
      listed: '2021-07-23',
      formerly: [
        { symbol: 'ZOMATO', until: '2025-04-09' },
        { symbol: 'ETERNAL', until: '2026-10-30' },
      ],
    });
    expect(instruments.current('ZOMATO')).toBe('FOREVER');
    expect(instruments.members('nifty100', day('2026-10-30')).symbols).toContain('FOREVER');
    expect(instruments.find('NEWCO')).toMatchObject({ derivatives: true, isecCode: 'NEWLIM' });
  });

  test('refuses a master that gives a known code to another symbol, and changes nothing', async () => {
    const root = await scratchRoot();
    // RELIANCE is still there, under another code; TCS's code went to a new symbol, TCS has none.
    const file = await given(
      'NSEScripMaster.txt',
      securityMaster(
        { symbol: 'NEWCO', isin: 'INE055L01013', code: 'TCS' },
        { symbol: 'TCS', code: 'RELIND', isin: 'INE467B01029' },
      ),
    );

    const imported = importInstruments(await worldOf(root), { path: file, apply: true });

    await expect(imported).rejects.toThrow(DataError);
    await expect(imported).rejects.toThrow(
      /contradicts what is known; nothing is changed: .+RELIND/,
    );
    expect(await readdir(root.path)).not.toContain('instruments');
    expect(await readdir(path.join(root.path, 'tmp'))).toEqual([]);
  });

  test('adds a snapshot of an index and tells who came and left', async () => {
    const root = await scratchRoot();
    const rows = [
      'Company Name,Industry,Symbol,Series,ISIN Code',
      'ABB India Ltd.,Capital Goods,ABB,EQ,INE117A01022',
      'Oberoi Realty Limited,Realty,OBEROIRLTY,EQ,INE093I01010',
      'Eternal Ltd.,Consumer Services,ZOMATO,EQ,INE758T01015',
    ];
    const file = await given('ind_nifty100list.csv', rows.join('\n'));
    const request = { path: file, asOf: day('2026-10-01'), apply: true };

    const found = await importInstruments(await worldOf(root), request);

    expect(found.membership).toMatchObject({
      universe: 'nifty100',
      since: '2025-09',
      joined: ['OBEROIRLTY'],
    });
    expect(found.membership?.left).toHaveLength(98);
    expect(found).toMatchObject({
      gone: [],
      outdated: ['ETERNAL'],
      changed: [{ symbol: 'OBEROIRLTY', field: 'sector', after: 'Realty' }],
    });
    const { instruments } = await worldOf(root);
    expect(instruments.members('nifty100', day('2026-10-01'))).toEqual({
      universe: 'nifty100',
      asOf: '2026-10',
      symbols: ['ABB', 'ETERNAL', 'OBEROIRLTY'],
    });
    expect(instruments.members('nifty100', day('2026-09-30')).symbols).toHaveLength(100);
    expect(instruments.find('OBEROIRLTY')?.sector).toBe('Realty');
  });

  test('asks whose constituents they are where the name does not tell', async () => {
    const root = await scratchRoot();
    const rows = 'Company Name,Industry,Symbol,Series,ISIN Code\nA,B,ABB,EQ,INE117A01022';
    const file = await given('members.csv', rows);

    const unnamed = importInstruments(await worldOf(root), { path: file, apply: false });

    await expect(unnamed).rejects.toThrow(InputError);
    await expect(unnamed).rejects.toThrow('--universe nifty100');
  });

  test.each([
    ['{ "schema": 2 }', 'should be of schema "1"'],
    ['{ "schema": 1, "instruments": [{ "symbol": "A" }] }', 'should hold in "instruments" rows of'],
    ['[', 'should hold JSON'],
  ])('names a damaged overlay: %s', async (text, message) => {
    const root = await scratchRoot();
    const file = await given('overlay.json', text);

    await expect(readReference(undefined, file)).rejects.toThrow(DataError);
    await expect(readReference(undefined, file)).rejects.toThrow(message);
    await expect(worldOf(root)).resolves.toBeDefined();
  });
});
