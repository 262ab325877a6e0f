import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../../contracts/time.ts';
import { instrumentDifference } from './instrument-changes.ts';
import { instrumentsOf } from './instrument-lookup.ts';
import { instrument } from './instruments.fixture.ts';

const day = (text: string): TradingDay => text as TradingDay;
const known = instrumentsOf([
  instrument('TCS', { isecCode: 'TCS', isin: 'INE467B01029', token: 11536, faceValue: 1 }),
  instrument('ETERNAL', {
    isecCode: 'ZOMLIM',
    isin: 'INE758T01015',
    formerly: [{ symbol: 'ZOMATO', until: day('2025-04-09') }],
  }),
  instrument('KOTAKBANK', {
    isin: 'INE237A01036',
    faceValue: 1,
    formerIsins: [{ isin: 'INE237A01028', faceValue: 5, until: day('2026-01-14') }],
  }),
  instrument('HDFC', { isecCode: 'HDFC', delisted: day('2023-07-13') }),
  instrument('NIFTY50_INDEX', { kind: 'index' }),
]);
const tcs = { symbol: 'TCS', name: 'TCS', isecCode: 'TCS', isin: 'INE467B01029', token: 11536 };
const kotak = { symbol: 'KOTAKBANK', name: 'Kotak', isin: 'INE237A01036', faceValue: 1 };
const eternal = { symbol: 'ETERNAL', name: 'Eternal', isecCode: 'ZOMLIM' };
const nothing = { added: [], renamed: [], changed: [], gone: [], outdated: [] };

describe('instrumentDifference', () => {
  test('is empty where a file repeats what is known; indices and the delisted are not missed', () => {
    expect(instrumentDifference(known, [tcs, kotak, eternal])).toEqual(nothing);
  });

  test('tells new, gone and changed', () => {
    const fresh = { symbol: 'NEW', name: 'New', isecCode: 'NEWLIM' };

    expect(instrumentDifference(known, [{ ...tcs, token: 1 }, kotak, fresh])).toEqual({
      ...nothing,
      added: [fresh],
      changed: [{ symbol: 'TCS', field: 'token', before: 11536, after: 1 }],
      gone: ['ETERNAL'],
    });
  });

  test('tells of what a new face value and ISIN are evidence', () => {
    const { changed } = instrumentDifference(known, [
      { ...tcs, faceValue: 0.2, isin: 'INE467B01037' },
      kotak,
      eternal,
    ]);

    expect(changed).toEqual([
      {
        symbol: 'TCS',
        field: 'isin',
        before: 'INE467B01029',
        after: 'INE467B01037',
        evidence: 'a new ISIN speaks for a split, a merger or a reduction of capital',
      },
      {
        symbol: 'TCS',
        field: 'faceValue',
        before: 1,
        after: 0.2,
        evidence: 'a smaller face value speaks for a split "5:1"',
      },
    ]);
  });

  test.each([
    ['isecCode', { isecCode: 'ZOMLIM' }],
    ['isin', { isin: 'INE758T01015' }],
  ])('recognises a rename by %s', (by, facts) => {
    const difference = instrumentDifference(known, [
      tcs,
      kotak,
      { symbol: 'FOREVER', name: 'Forever', ...facts },
    ]);

    expect(difference).toEqual({
      ...nothing,
      renamed: [{ symbol: 'FOREVER', formerly: 'ETERNAL', by }],
    });
  });

  test('takes a code that is still somebody else’s for a new instrument', () => {
    const twin = { symbol: 'FOREVER', name: 'Forever', isecCode: 'ZOMLIM' };

    const { added, renamed } = instrumentDifference(known, [tcs, kotak, eternal, twin]);

    expect([added, renamed]).toEqual([[twin], []]);
  });

  test('leaves what an older edition says as it is known', () => {
    const difference = instrumentDifference(known, [
      tcs,
      { ...kotak, isin: 'INE237A01028', faceValue: 5 },
      { symbol: 'ZOMATO', name: 'Zomato', isecCode: 'ZOMLIM', token: 9 },
    ]);

    expect(difference).toEqual({ ...nothing, outdated: ['KOTAKBANK', 'ETERNAL'] });
  });
});
