import type { Instrument } from './instruments.ts';

/** An equity with futures of which nothing else is known but what a test says. */
export function instrument(symbol: string, known: Partial<Instrument> = {}): Instrument {
  return {
    symbol,
    kind: 'equity',
    name: symbol,
    derivatives: true,
    formerly: [],
    formerIsins: [],
    source: 'test',
    asOf: '2025-01',
    ...known,
  };
}
