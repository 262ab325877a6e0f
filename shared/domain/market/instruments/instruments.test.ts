import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { instrument } from './instruments.fixture.ts';
import { classOf, identityOn, isSymbol, nearestSymbols } from './instruments.ts';

const day = (text: string): TradingDay => text as TradingDay;

describe('isSymbol', () => {
  test.each(['RELIANCE', 'M&M', 'BAJAJ-AUTO', '3MINDIA', 'NIFTY50_INDEX', 'POOLED.NIFTY100'])(
    'takes %s',
    (text) => expect(isSymbol(text)).toBe(true),
  );

  test.each(['', 'reliance', '../X', 'A/B', '.HIDDEN', '-X', 'A B', 'X\n', 'A'.repeat(41)])(
    'refuses %j',
    (text) => expect(isSymbol(text)).toBe(false),
  );
});

describe('nearestSymbols', () => {
  const known = ['OBEROIRLTY', 'RELIANCE', 'ITC', 'INFY', 'TCS', 'TATAMOTORS', 'TATAPOWER', 'M&M'];

  test.each([
    ['OBEROI', ['OBEROIRLTY']],
    ['RELAINCE', ['RELIANCE']],
    ['reliance', ['RELIANCE']],
    ['RELIANCE-EQ', ['RELIANCE']],
    ['ITX', ['ITC']],
    ['TATA', ['TATAPOWER', 'TATAMOTORS']],
    ['MM', ['M&M']],
    ['NOWHERE', []],
  ])('for %s are %j', (name, nearest) => {
    expect(nearestSymbols(name, known)).toEqual(nearest);
  });
});

describe('classOf', () => {
  test('is that of the closing auction for stocks with derivatives, and where nothing is known', () => {
    expect(classOf(instrument('A', { derivatives: true }))).toBe('derivatives');
    expect(classOf(instrument('A', { derivatives: false }))).toBe('cash');
    expect(classOf(undefined)).toBe('derivatives');
  });
});

describe('identityOn', () => {
  const renamed = instrument('NOW', {
    isin: 'INE002A01018',
    faceValue: 1,
    formerly: [
      { symbol: 'FIRST', until: day('2020-01-02') },
      { symbol: 'SECOND', until: day('2023-01-02') },
    ],
    formerIsins: [{ isin: 'INE040A01034', faceValue: 10, until: day('2022-06-01') }],
  });

  test.each([
    ['2019-12-31', { symbol: 'FIRST', isin: 'INE040A01034', faceValue: 10 }],
    ['2020-01-02', { symbol: 'SECOND', isin: 'INE040A01034', faceValue: 10 }],
    ['2022-06-01', { symbol: 'SECOND', isin: 'INE002A01018', faceValue: 1 }],
    ['2023-01-02', { symbol: 'NOW', isin: 'INE002A01018', faceValue: 1 }],
  ])('on %s is %j', (date, identity) => {
    expect(identityOn(renamed, day(date))).toEqual(identity);
  });
});
