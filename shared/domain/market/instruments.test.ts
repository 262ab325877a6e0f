import { describe, expect, test } from 'vitest';
import { isSymbol, nearestSymbols } from './instruments.ts';

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
