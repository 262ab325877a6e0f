import { fromZonedTime } from 'date-fns-tz';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exchangeIso } from '../domain/market/calendar/exchange-time.ts';
import { exchangeZone, stampReader } from './exchange-time.ts';

describe('stampReader', () => {
  test.each([
    ['2024-01-01T09:15:00+05:30', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01 09:15:00+05:30', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01T09:15:00+0530', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01T03:45:00Z', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01T03:45:00.250Z', '2024-01-01T03:45:00.250Z'],
    ['2024-01-01T09:15:00', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01 09:15:00', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01 09:15', '2024-01-01T03:45:00.000Z'],
    ['2024-01-01 09:15:00.125000', '2024-01-01T03:45:00.125Z'],
    ['2024-01-01', '2023-12-31T18:30:00.000Z'],
  ])('reads %s', (text, iso) => {
    expect(new Date(stampReader()(text) ?? Number.NaN).toISOString()).toBe(iso);
  });

  test.each([
    '',
    'today',
    '1704080700',
    '01/02/2024 09:15',
    '2024-02-30T09:15:00+05:30',
    '2024-13-01',
    '2024-01-01T24:00:00Z',
    '2024-01-01T09:60:00Z',
    '2024-01-01T09:15:00+15:00',
    '2024-01-01T09:15:00 IST',
  ])('refuses %j', (text) => {
    expect(stampReader()(text)).toBeUndefined();
  });

  test('takes a stamp without offset for the clock of the exchange, as date-fns-tz does', () => {
    const read = stampReader();
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2040, 0) }), (ts) => {
        const naive = exchangeIso(ts);

        expect(read(naive)).toBe(fromZonedTime(naive, exchangeZone).getTime());
        expect(read(naive)).toBe(ts);
      }),
    );
  });
});
