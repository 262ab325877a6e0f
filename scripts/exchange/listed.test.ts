import { describe, expect, test } from 'vitest';
import { instrumentsOf } from '../../shared/domain/market/instruments/instrument-lookup.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { listed } from './listed.ts';

const { instruments } = await readReference();

describe('listed', () => {
  test("takes code, sector, hours, listing and delisting from the real exchange's list", () => {
    expect(listed(instruments, ['RELIANCE', 'LICI', 'ACC', 'HDFC'])).toEqual([
      expect.objectContaining({ symbol: 'RELIANCE', code: 'RELIND', hours: 'derivatives' }),
      expect.objectContaining({ symbol: 'LICI', listed: '2022-05-17' }),
      expect.objectContaining({ symbol: 'ACC', hours: 'cash' }),
      expect.objectContaining({ symbol: 'HDFC', delisted: '2023-07-13' }),
    ]);
  });

  test('takes all that have a code, each once', () => {
    const codes = listed(instruments, 'all').map(({ code }) => code);

    expect(codes.length).toBeGreaterThan(100);
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('refuses a symbol that has none, and one that nobody knows', () => {
    expect(() => listed(instruments, ['OBEROI'])).toThrow(
      '"OBEROI" is no symbol of the exchange; did you mean "OBEROIRLTY"?',
    );
    const { isecCode: _, ...uncoded } = instruments.find('ACC')!;
    expect(() => listed(instrumentsOf([uncoded], []), ['ACC'])).toThrow(
      '"ACC" has no code at ICICI; the exchange cannot list it',
    );
  });
});
