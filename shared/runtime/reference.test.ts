import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataError } from '../contracts/errors.ts';
import type { TradingDay } from '../contracts/time.ts';
import { instrumentsOf, readReference } from './reference.ts';
import { scratchFolder } from './scratch.fixture.ts';

const { calendar, instruments } = await readReference();
const day = (text: string): TradingDay => text as TradingDay;

describe('the carried calendar', () => {
  test.each([
    ['2020-01-01', '2027-01-01', 1738],
    ['2020-10-01', '2025-10-01', 1241],
    ['2022-01-01', '2025-10-25', 946],
    ['2022-01-01', '2025-01-01', 743],
  ])('has from %s to %s as many sessions as the exchange had', (from, to, sessions) => {
    expect(calendar.sessions(day(from), day(to))).toHaveLength(sessions);
  });

  test.each([
    ['2024-01-01', 'regular', 375],
    ['2024-01-20', 'special-full-day', 375],
    ['2024-03-02', 'dr-drill', 105],
    ['2024-11-01', 'muhurat', 60],
    ['2026-02-01', 'special-full-day', 375],
    ['2026-07-31', 'regular', 375],
    ['2026-08-03', 'regular-with-cas', 360],
  ])('runs %s as %s, with %i minutes', (date, template, minutes) => {
    expect(calendar.session(day(date))?.template).toBe(template);
    expect(calendar.expectedBars(day(date), '1m')).toBe(minutes);
  });

  test.each(['2024-01-22', '2024-05-20', '2026-01-15', '2024-01-06'])('rests on %s', (date) => {
    expect(calendar.session(day(date))).toBeUndefined();
  });

  test('has all weekends off but the special ones', () => {
    const onWeekends = calendar
      .sessions(calendar.from, calendar.to)
      .filter((date) => [0, 6].includes(new Date(date).getUTCDay()));

    expect(onWeekends).toEqual([
      '2020-02-01',
      '2020-11-14',
      '2023-11-12',
      '2024-01-20',
      '2024-03-02',
      '2024-05-18',
      '2025-02-01',
      '2026-02-01',
    ]);
  });
});

describe('the carried instruments', () => {
  test('tell a young company, an old one and an index apart', () => {
    expect(instruments.find('SWIGGY')).toMatchObject({ kind: 'equity', listed: '2024-11-13' });
    expect(instruments.find('RELIANCE')).toEqual({
      symbol: 'RELIANCE',
      kind: 'equity',
      name: 'Reliance Industries Ltd.',
      sector: 'Oil Gas & Consumable Fuels',
      isin: 'INE002A01018',
      source: 'nse-nifty100',
      asOf: '2025-09',
    });
    expect(instruments.find('NIFTY50_INDEX')?.kind).toBe('index');
    expect(instruments.find('OBEROI')).toBeUndefined();
  });

  test('hold the hundred constituents with a sector each', () => {
    const constituents = instruments.all.filter(({ source }) => source.startsWith('nse-nifty100'));

    expect(constituents).toHaveLength(100);
    expect(constituents.filter(({ sector }) => sector === undefined)).toEqual([]);
  });

  test('suggest names, of symbols that have bars as well', () => {
    expect(instruments.nearest('OBEROI')).toEqual(['OBEROIRLTY']);
    expect(instruments.nearest('ABFR', ['ABFRL'])).toEqual(['ABFRL']);
  });
});

describe('readReference', () => {
  const carried = new URL('../../data/reference/', import.meta.url);

  test.each([
    [
      'nse-sessions.csv',
      '2020-01-03,regular,09:15,15:30',
      '2020-01-03,regular,9:15,15:30',
      'open "9:15" is no time "HH:MM"',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular',
      '2020-02-30,regular',
      'date "2020-02-30" is no day "YYYY-MM-DD"',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular',
      '2020-01-03,festive',
      'template "festive" is unknown',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular,',
      '2020-01-03,',
      '"4" fields were expected, "3" found',
    ],
    ['instruments.csv', 'ACC,equity', 'ACC,share', 'kind "share" is neither "equity" nor "index"'],
    ['instruments.csv', 'INE012A01025', 'INE012', 'isin "INE012" is none'],
    ['instruments.csv', 'symbol,kind', 'ticker,kind', 'the header should be "symbol,kind,'],
  ])('names file and line of a bad row in %s: %s as %s', async (name, sound, wrong, message) => {
    const folder = scratchFolder();
    for (const file of ['nse-sessions.csv', 'instruments.csv'])
      await writeFile(path.join(folder, file), await readFile(new URL(file, carried)));
    const text = await readFile(new URL(name, carried), 'utf8');
    const line = text.slice(0, text.indexOf(sound)).split('\n').length;
    await writeFile(path.join(folder, name), text.replace(sound, wrong));

    const read = readReference(folder);

    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(`"${path.join(folder, name)}" line ${line}: ${message}`);
  });

  test('says which file is missing', async () => {
    await expect(readReference('/nowhere')).rejects.toThrow(
      '"/nowhere/nse-sessions.csv" cannot be read; restore it',
    );
  });

  test('refuses an instrument that is listed twice', () => {
    const [one] = instruments.all;

    expect(() => instrumentsOf([one, one])).toThrow(`instrument "${one.symbol}" is listed twice`);
  });
});
