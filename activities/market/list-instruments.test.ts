import { describe, expect, test } from 'vitest';
import { InputError } from '../../shared/contracts/errors.ts';
import type { EpochMs, TradingDay } from '../../shared/contracts/time.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { listInstruments } from './list-instruments.ts';

const { instruments } = await readReference();
const world = { instruments, now: () => Date.parse('2026-11-02') as EpochMs };

describe('listInstruments', () => {
  test('lists all, or those asked for by any of their tickers, once', () => {
    const symbols = (...asked: string[]) =>
      listInstruments(world, { symbols: asked }).instruments.map(({ symbol }) => symbol);

    expect(symbols()).toHaveLength(instruments.all.length);
    expect(symbols('ZOMATO', 'ABB', 'ETERNAL')).toEqual(['ABB', 'ETERNAL']);
  });

  test('lists the members of an index with the month they are of', () => {
    const list = listInstruments(world, {
      symbols: [],
      universe: 'nifty100',
      day: '2022-01-03' as TradingDay,
    });

    expect(list.universe).toEqual({ name: 'nifty100', asOf: '2025-09' });
    expect(list.instruments).toHaveLength(100);
  });

  test('names every unknown symbol and those that may have been meant', () => {
    const ask = () => listInstruments(world, { symbols: ['OBEROI', 'QQQQQQ'] });

    expect(ask).toThrow(InputError);
    expect(ask).toThrow(
      '"OBEROI" is no known instrument; did you mean "OBEROIRLTY"?\n"QQQQQQ" is no known instrument',
    );
  });
});
