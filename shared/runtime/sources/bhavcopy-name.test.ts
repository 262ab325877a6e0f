import { describe, expect, test } from 'vitest';
import type { TradingDay } from '../../contracts/time.ts';
import { bhavcopyAddress, bhavcopyDay, exchangeDay } from './bhavcopy-name.ts';

describe('bhavcopyDay', () => {
  test.each([
    ['BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv', '2024-07-08'],
    ['BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv.zip', '2024-07-08'],
    ['cm05JUL2024bhav.csv.zip', '2024-07-05'],
    ['cm01Jan2016bhav.csv', '2016-01-01'],
    ['BhavCopy_NSE_FO_0_0_0_20240708_F_0000.csv', undefined],
    ['BhavCopy_NSE_CM_0_0_0_20240230_F_0000.csv', undefined],
    ['cm31FEB2024bhav.csv', undefined],
    ['cm05XYZ2024bhav.csv', undefined],
    ['RELIANCE.csv', undefined],
  ])('of %s is %s', (name, day) => {
    expect(bhavcopyDay(name)).toBe(day);
  });
});

describe('exchangeDay', () => {
  test.each(['2024-07-05', '20240705', '05-JUL-2024', '05-Jul-2024', '05JUL2024'])(
    'reads %s',
    (text) => {
      expect(exchangeDay(text)).toBe('2024-07-05');
    },
  );

  test.each(['', '05-07-2024', '5-JUL-2024', '2024-13-01', '-'])('reads no day in "%s"', (text) => {
    expect(exchangeDay(text)).toBeUndefined();
  });
});

describe('bhavcopyAddress', () => {
  test('puts year, month by number or by name, and day in their places', () => {
    expect(
      bhavcopyAddress('http://x/{yyyy}/{MMM}/cm{dd}{MMM}{yyyy}_{MM}', '2024-07-05' as TradingDay),
    ).toBe('http://x/2024/JUL/cm05JUL2024_07');
  });
});
