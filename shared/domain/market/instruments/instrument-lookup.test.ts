import { describe, expect, test } from 'vitest';
import { DataError, InputError } from '../../../contracts/errors.ts';
import type { TradingDay } from '../../../contracts/time.ts';
import { instrumentsOf, type MembershipRow } from './instrument-lookup.ts';
import { instrument } from './instruments.fixture.ts';

const day = (text: string): TradingDay => text as TradingDay;
const member = (symbol: string, asOf: string, from?: string): MembershipRow => ({
  universe: 'ten',
  symbol,
  source: 'test',
  asOf,
  ...(from === undefined ? {} : { from: day(from) }),
});

const instruments = instrumentsOf(
  [
    instrument('ETERNAL', {
      isecCode: 'ZOMLIM',
      isin: 'INE758T01015',
      formerly: [{ symbol: 'ZOMATO', until: day('2025-04-09') }],
      formerIsins: [{ isin: 'INE040A01034', faceValue: 10, until: day('2021-01-01') }],
    }),
    // A ticker that was given to somebody else later.
    instrument('OLD', { formerly: [{ symbol: 'TAKEN', until: day('2020-01-01') }] }),
    instrument('TAKEN'),
  ],
  [
    member('ETERNAL', '2025-03'),
    member('OLD', '2025-03', '2025-03-28'),
    member('TAKEN', '2025-09'),
  ],
);

describe('instrumentsOf', () => {
  test('finds current tickers only', () => {
    expect(instruments.find('ETERNAL')?.symbol).toBe('ETERNAL');
    expect(instruments.find('ZOMATO')).toBeUndefined();
  });

  test.each([
    ['ZOMATO', undefined, 'ETERNAL'],
    ['ZOMATO', '2024-01-01', 'ETERNAL'],
    // A vendor may write the old ticker on later bars too.
    ['ZOMATO', '2025-06-01', 'ETERNAL'],
    ['ETERNAL', undefined, 'ETERNAL'],
    ['TAKEN', undefined, 'TAKEN'],
    ['TAKEN', '2019-12-31', 'OLD'],
    ['TAKEN', '2020-01-01', 'TAKEN'],
    ['NOBODY', undefined, 'NOBODY'],
  ])('calls what was %s (on %s) %s today', (symbol, date, current) => {
    expect(instruments.current(symbol, date === undefined ? undefined : day(date))).toBe(current);
  });

  test("finds by ICICI's code and by an ISIN that is or was", () => {
    expect(instruments.byIsecCode('ZOMLIM')?.symbol).toBe('ETERNAL');
    expect(instruments.byIsin('INE758T01015')?.symbol).toBe('ETERNAL');
    expect(instruments.byIsin('INE040A01034')?.symbol).toBe('ETERNAL');
    expect(instruments.byIsecCode('NOBODY')).toBeUndefined();
  });

  test.each([
    ['2020-01-01', '2025-03', ['ETERNAL']],
    ['2025-03-28', '2025-03', ['ETERNAL', 'OLD']],
    ['2025-08-31', '2025-03', ['ETERNAL', 'OLD']],
    ['2025-09-01', '2025-09', ['TAKEN']],
  ])('takes for %s the snapshot of %s', (date, asOf, symbols) => {
    expect(instruments.members('ten', day(date))).toEqual({ universe: 'ten', asOf, symbols });
  });

  test('names the universes there are', () => {
    expect(() => instruments.members('eleven', day('2025-01-01'))).toThrow(InputError);
    expect(() => instruments.members('eleven', day('2025-01-01'))).toThrow(
      'there is no universe "eleven"; known are "ten"',
    );
  });

  test('suggests former tickers as well', () => {
    expect(instruments.nearest('ZOMATI')).toEqual(['ZOMATO']);
  });

  test.each([
    ['symbol "A"', [instrument('A'), instrument('A')]],
    ['ISEC code "X"', [instrument('A', { isecCode: 'X' }), instrument('B', { isecCode: 'X' })]],
    [
      'former ticker "O"',
      ['A', 'B'].map((symbol) =>
        instrument(symbol, { formerly: [{ symbol: 'O', until: day('2020-01-01') }] }),
      ),
    ],
  ])('refuses two instruments with %s', (what, all) => {
    expect(() => instrumentsOf(all)).toThrow(DataError);
    expect(() => instrumentsOf(all)).toThrow(what);
  });
});
