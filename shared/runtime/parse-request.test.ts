import { describe, expect, test } from 'vitest';
import { InputError } from '../contracts/errors.ts';
import { parseBackfill, parseRequest } from './parse-request.ts';

const least = {
  symbols: 'all',
  interval: '1d',
  from: '2022-01-01',
  to: '2024-12-31',
  recipe: 'symbol',
};

function faultOf(value: unknown): string {
  try {
    parseRequest(value);
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return 'none';
}

describe('parseRequest', () => {
  test('gives back the least request as it stands, without a default', () => {
    expect(parseRequest(least)).toEqual(least);
  });

  test('gives back every option that a request may hold', () => {
    const full = {
      ...least,
      symbols: ['RELIANCE', 'M&M', 'BAJAJ-AUTO'],
      asOf: '2024-06-28',
      windowDays: 90,
      stepDays: 30,
      windowSessions: 504,
      stepSessions: 21,
      universe: 'nifty100',
      features: 'base-1',
      without: ['trend'],
      anchor: '2021-06-01',
      horizon: 10,
      root: '0badcafe',
      planToken: 'a'.repeat(64),
    };

    expect(parseRequest(full)).toEqual(full);
  });

  test('names all faults at once', () => {
    const fault = faultOf({
      symbols: ['reliance'],
      interval: '2d',
      from: '2024-02-30',
      to: 20241231,
      recipe: 'poolled',
      windowDays: 0,
      stepDays: 1.5,
      horizon: 251,
      root: 'mine',
      planToken: 'first',
      wat: 1,
      lanes: 2,
    });

    expect(fault.split('; ').map((one) => /^[^"]*"([^ ]*)"/.exec(one)?.[1])).toEqual([
      'symbols.0',
      'interval',
      'from',
      'to',
      'recipe',
      'windowDays',
      'stepDays',
      'horizon',
      'root',
      'planToken',
      'wat',
    ]);
    expect(fault).toContain('"wat", "lanes" is not part of a request');
  });

  test.each([
    [{ symbols: ['reliance'] }, '"symbols.0" must be a ticker in upper case like "M&M"'],
    [{ symbols: ['../etc'] }, '"symbols.0" must be a ticker'],
    [{ symbols: 'RELIANCE' }, '"symbols" must be "all" or a list of tickers'],
    [{ symbols: [] }, '"symbols"'],
    [{ from: '2024-02-30' }, '"from" must be a day like "2024-01-31"'],
    [{ to: undefined }, '"to"'],
    [{ recipe: 'poolled' }, '"recipe"'],
    [{ universe: 'NIFTY 100' }, '"universe" must be a universe like "nifty100"'],
    [{ without: [] }, '"without"'],
    [{ horizon: '5' }, '"horizon"'],
    [{ horizon: 600 }, '"horizon" must be a whole number from 1 to 250'],
    [{ planToken: 'a' }, '"planToken" must be the 64 hex digits that plan printed'],
    [{ windowdays: 90 }, '"windowdays" is not part of a request'],
  ])('refuses %j', (wrong, message) => {
    const fault = faultOf({ ...least, ...wrong });

    expect(fault).toContain(`the request cannot be read: ${message}`);
  });

  test.each([undefined, null, 'train', [], 7])('refuses %j, which is no request', (value) => {
    expect(faultOf(value)).toContain('the request cannot be read');
  });

  test('refuses a span that ends before it begins, and takes one of a single day', () => {
    expect(faultOf({ ...least, from: '2025-01-01' })).toBe(
      'from "2025-01-01" comes after to "2024-12-31"; give them the other way round',
    );
    expect(faultOf({ ...least, from: '2024-12-31' })).toBe('none');
  });
});

describe('parseBackfill', () => {
  const least = {
    source: 'breeze',
    symbols: ['M&M', 'TCS'],
    intervals: ['1d'],
    from: '2022-01-01',
    to: '2025-10-24',
  };

  test('takes a request as it is', () => {
    expect(parseBackfill({ ...least, root: '0badcafe' })).toEqual({ ...least, root: '0badcafe' });
    expect(parseBackfill({ ...least, symbols: 'nifty100' }).symbols).toBe('nifty100');
  });

  test('puts intervals in the order to fetch them, each once', () => {
    const intervals = ['1m', '5m', '1m', '1d'];

    expect(parseBackfill({ ...least, intervals }).intervals).toEqual(['1d', '5m', '1m']);
  });

  test.each([
    [{ intervals: [] }, '"intervals" must name some of "1d", "5m", "1m"'],
    [{ intervals: ['2h'] }, '"intervals.0" must name some of "1d"'],
    [{ symbols: [] }, 'must be "all", a universe like "nifty100", or a list of tickers'],
    [{ symbols: 'TCS' }, 'must be "all", a universe'],
    [{ symbols: ['../x'] }, '"symbols.0" must be a ticker in upper case'],
    [{ source: '' }, '"source" must name a source'],
    [{ to: '2025-02-30' }, '"to" must be a day like'],
    [{ from: '2025-12-01' }, 'give them the other way round'],
    [{ speed: 9 }, '"speed" is not part of a request'],
  ])('refuses %j', (change, words) => {
    const parse = () => parseBackfill({ ...least, ...change });

    expect(parse).toThrow(expect.objectContaining({ name: 'InputError' }));
    expect(parse).toThrow(words);
  });

  test('names all faults at once', () => {
    expect(() => parseBackfill({})).toThrow(/"source".*"symbols".*"intervals".*"from".*"to"/s);
  });
});
