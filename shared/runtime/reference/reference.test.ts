import { existsSync } from 'node:fs';
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { DataError } from '../../contracts/errors.ts';
import { addDays, type TradingDay } from '../../contracts/time.ts';
import { readReference } from './reference.ts';
import { scratchFolder } from '../scratch.fixture.ts';

const { calendar, instruments } = await readReference();
const day = (text: string): TradingDay => text as TradingDay;

describe('the carried calendar', () => {
  test.each([
    ['2015-01-01', '2027-01-01', 2972],
    ['2020-01-01', '2027-01-01', 1738],
    ['2020-10-01', '2025-10-01', 1241],
    ['2022-01-01', '2025-10-25', 946],
    ['2022-01-01', '2025-01-01', 743],
  ])('has from %s to %s as many sessions as the exchange had', (from, to, sessions) => {
    expect(calendar.sessions(day(from), day(to))).toHaveLength(sessions);
  });

  test.each([
    ['2024-01-01', 'regular', 375, 75],
    ['2024-01-20', 'special-full-day', 375, 75],
    ['2015-02-28', 'special-full-day', 375, 75],
    ['2024-03-02', 'dr-drill', 105, 21],
    ['2024-11-01', 'muhurat', 60, 12],
    ['2015-11-11', 'muhurat', 60, 12],
    ['2021-02-24', 'halted', 225, 45],
    ['2020-03-23', 'halted', 320, 64],
    ['2026-02-01', 'special-full-day', 375, 75],
    ['2026-07-31', 'regular', 375, 75],
    ['2026-08-03', 'regular-with-cas', 360, 72],
  ])('runs %s as %s, with %i minutes', (date, template, minutes, fives) => {
    expect(calendar.session(day(date))?.template).toBe(template);
    expect(calendar.expectedBars(day(date), '1m')).toBe(minutes);
    expect(calendar.expectedBars(day(date), '5m')).toBe(fives);
  });

  test('lets stocks without derivatives trade to 15:30 when the others have their auction', () => {
    const minutes = (date: string) => calendar.expectedBars(day(date), '1m', 'cash');

    expect(['2026-07-31', '2026-08-03', '2024-11-01'].map(minutes)).toEqual([375, 375, 60]);
  });

  test('names a holiday for every weekday that is no session', () => {
    const unnamed: string[] = [];
    for (let date = calendar.from; date < calendar.to; date = addDays(date, 1)) {
      const isWeekend = [0, 6].includes(new Date(date).getUTCDay());
      if (!isWeekend && !calendar.session(date) && !calendar.closure(date)) unnamed.push(date);
    }

    expect(unnamed).toEqual([]);
  });

  test('holds nothing but Muhurat sessions on holidays', () => {
    const templates = calendar
      .sessions(calendar.from, calendar.to)
      .filter((date) => calendar.closure(date) !== undefined)
      .map((date) => calendar.session(date)?.template);

    expect(templates).toHaveLength(7);
    expect(new Set(templates)).toEqual(new Set(['muhurat']));
  });

  test.each(['2024-01-22', '2024-05-20', '2026-01-15', '2024-01-06'])('rests on %s', (date) => {
    expect(calendar.session(day(date))).toBeUndefined();
  });

  test('has all weekends off but the special ones', () => {
    const onWeekends = calendar
      .sessions(calendar.from, calendar.to)
      .filter((date) => [0, 6].includes(new Date(date).getUTCDay()));

    expect(onWeekends).toEqual([
      '2015-02-28',
      '2016-10-30',
      '2019-10-27',
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
      isecCode: 'RELIND',
      token: 2885,
      faceValue: 10,
      derivatives: true,
      formerly: [],
      formerIsins: [],
      source: 'nse-nifty100+icici-scrip-master',
      asOf: '2026-05',
    });
    expect(instruments.find('NIFTY50_INDEX')?.kind).toBe('index');
    expect(instruments.find('HDFC')?.delisted).toBe('2023-07-13');
    expect(instruments.find('OBEROI')).toBeUndefined();
  });

  test('hold the hundred constituents with a sector each, whatever they are called today', () => {
    const { asOf, symbols } = instruments.members('nifty100', day('2025-10-24'));

    expect([asOf, symbols.length]).toEqual(['2025-09', 100]);
    expect(symbols).toContain('TMPV');
    expect(symbols.filter((symbol) => instruments.find(symbol)?.sector === undefined)).toEqual([]);
  });

  test('have a code and a token for every equity', () => {
    const without = instruments.all.filter(
      ({ kind, isecCode, token }) => kind === 'equity' && (!isecCode || !token),
    );

    expect(without).toEqual([]);
    expect(instruments.byIsecCode('ZOMLIM')?.symbol).toBe('ETERNAL');
  });

  test('suggest names, of symbols that have bars as well', () => {
    expect(instruments.nearest('OBEROI')).toEqual(['OBEROIRLTY']);
    expect(instruments.nearest('ABFR', ['ABFRL'])).toEqual(['ABFRL']);
  });
});

const realData =
  process.env.SENSEQUANT_REAL_DATA ??
  fileURLToPath(new URL('../../../../shared/real-data', import.meta.url));

describe.skipIf(!existsSync(realData))('the carried instruments against gathered facts', () => {
  const linesOf = async (file: string) =>
    (await readFile(path.join(realData, 'meta', file), 'utf8')).trim().split('\n').slice(1);

  test('have the code, token and ISIN of all 137 rows, by any ticker', async () => {
    const wrong = (await linesOf('isec_codes.csv')).filter((line) => {
      const [symbol, code, token, , isin] = line.split(',');
      const found = instruments.byIsecCode(code);
      return (
        found?.symbol !== instruments.current(symbol) ||
        found.token !== Number(token) ||
        instruments.byIsin(isin) !== found
      );
    });

    expect(wrong).toEqual([]);
  });

  test('have the first day of trading of all 25 rows', async () => {
    const wrong = (await linesOf('listing_dates.csv')).filter((line) => {
      const [symbol, first] = line.split(',');
      return instruments.find(instruments.current(symbol))?.listed !== first;
    });

    expect(wrong).toEqual([]);
  });

  test('have every session of the gathered list, with its hours', async () => {
    const clock = (ms: number) => new Date(ms + 19_800_000).toISOString().slice(11, 16);
    const differing = (await linesOf('nse_sessions_2020_2026.csv')).filter((line) => {
      const [date, , open, close] = line.split(',');
      const session = calendar.session(day(date));
      return (
        session === undefined || clock(session.open) !== open || clock(session.close) !== close
      );
    });

    // The gathered list does not know of the outage.
    expect(differing).toEqual(['2021-02-24,regular,09:15,15:30']);
    expect(calendar.sessions(day('2020-01-01'), calendar.to)).toHaveLength(1738);
  });
});

describe('readReference', () => {
  test.each([
    [
      'nse-sessions.csv',
      '2020-01-03,regular,09:15,15:30',
      '2020-01-03,regular,9:15,15:30',
      'open: a time like "09:15" was expected, "9:15" found',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular',
      '2020-02-30,regular',
      'date: a day like "2024-01-31" was expected, "2020-02-30" found',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular',
      '2020-01-03,festive',
      'template: one of "regular", "regular-with-cas", ',
    ],
    [
      'nse-sessions.csv',
      '2020-01-03,regular,',
      '2020-01-03,',
      '"5" fields were expected, "4" found',
    ],
    ['nse-sessions.csv', '10:00-11:30', '10:00', 'pause "10:00" is no span "HH:MM-HH:MM"'],
    ['nse-holidays.csv', 'Republic Day', '', 'name may not be empty'],
    ['renames.csv', 'ETERNAL,ZOMATO', 'ETERNAL,zomato', 'formerly: a ticker like "RELIANCE"'],
    ['renames.csv', 'ETERNAL,ZOMATO', 'NOBODY,ZOMATO', 'symbol "NOBODY" is no instrument'],
    ['former-isins.csv', 'INE814H01011', 'INE814H01012', 'isin: an Indian ISIN'],
    [
      'membership.csv',
      'nifty100,ABB,,nse-nifty100,2025-09',
      'nifty100,ABB,,nse-nifty100,2025',
      'as_of: a month like "2024-01" was expected, "2025" found',
    ],
    ['instruments.csv', 'RELIND,2885', 'RELIND,none', 'token: a number above zero'],
    [
      'instruments.csv',
      'ACC,equity',
      'ACC,share',
      'kind: one of "equity", "index" was expected, "share"',
    ],
    ['instruments.csv', 'INE012A01025', 'INE012', 'isin: an Indian ISIN'],
    ['instruments.csv', 'symbol,kind', 'ticker,kind', 'the header should be "symbol,kind,'],
  ])('names file and line of a bad row in %s: %s as %s', async (name, sound, wrong, message) => {
    const folder = scratchFolder();
    await copyFacts(folder);
    const text = await readFile(new URL(name, facts), 'utf8');
    const line = text.slice(0, text.indexOf(sound)).split('\n').length;
    await writeFile(path.join(folder, name), text.replace(sound, wrong));

    const read = readReference(folder);

    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(`"${path.join(folder, name)}" line ${line}: ${message}`);
  });

  test.each([
    ['instruments.csv', 'symbol "ABB"', 'ACC,equity', 'ABB,equity'],
    ['instruments.csv', 'ISEC code "ABB"', 'ACC,22', 'ABB,22'],
    ['instruments.csv', 'ISIN "INE117A01022"', 'INE012A01025', 'INE117A01022'],
    ['renames.csv', 'former ticker "ZOMATO"', 'LTM,LTI,', 'LTM,ZOMATO,'],
  ])('names both lines in %s where two rows have %s', async (name, what, sound, wrong) => {
    const folder = scratchFolder();
    await copyFacts(folder);
    const file = path.join(folder, name);
    await writeFile(file, (await readFile(file, 'utf8')).replace(sound, wrong));

    const read = readReference(folder);

    await expect(read).rejects.toThrow(DataError);
    await expect(read).rejects.toThrow(
      new RegExp(`"${file}" line \\d+ and "${file}" line \\d+ both have ${what}`),
    );
  });

  test('says which file is missing', async () => {
    await expect(readReference('/nowhere')).rejects.toThrow(
      '"/nowhere/nse-sessions.csv" cannot be read ("ENOENT"); restore it',
    );
  });
});

const facts = new URL('../../../data/reference/', import.meta.url);

async function copyFacts(folder: string): Promise<void> {
  for (const file of await readdir(facts))
    await copyFile(new URL(file, facts), path.join(folder, file));
}
