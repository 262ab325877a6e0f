import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { Bars } from '../market/bars/bars.ts';
import { featureSet, featureSets } from './features.ts';
import { randomContext } from './features.fixture.ts';

describe('featureSet', () => {
  test('gives the features of base-1 in the order of the columns', () => {
    expect(featureSet('base-1').map(({ name }) => name)).toEqual([
      'return1',
      'return5',
      'return20',
      'smaGap50',
      'macd',
      'adx14',
      'rsi14',
      'bollinger20',
      'natr14',
      'volumeZ20',
    ]);
  });

  test('widens sets at their end: wide-1 has base-1’s columns first, full-1 those of wide-1', () => {
    const names = (name: string): string[] => featureSet(name).map((feature) => feature.name);

    expect(['wide-1', 'full-1', 'full-2'].map((name) => names(name).length)).toEqual([27, 44, 52]);
    expect(names('wide-1').slice(0, 10)).toEqual(names('base-1'));
    expect(names('full-1').slice(0, 27)).toEqual(names('wide-1'));
    expect(names('full-2').slice(0, 44)).toEqual(names('full-1'));
  });

  test('has every family in wide-1', () => {
    expect(new Set(featureSet('wide-1').map(({ family }) => family))).toEqual(
      new Set([
        'returns',
        'trend',
        'oscillators',
        'volatility',
        'volume',
        'context',
        'calendar',
        'levels',
      ]),
    );
  });

  test('names each feature of a set once', () => {
    for (const features of Object.values(featureSets))
      expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
  });

  test.each(['base-2', 'toString'])('refuses "%s" and says which sets there are', (name) => {
    const unknown = (): unknown => featureSet(name);

    expect(unknown).toThrow(InputError);
    expect(unknown).toThrow(
      `no feature set is called "${name}"; known are "base-1", "wide-1", "full-1", "full-2"`,
    );
  });
});

describe('featureSet without families', () => {
  test('keeps the order of what is left', () => {
    const kept = featureSet('base-1', { without: ['returns', 'trend'] });

    expect(kept.map(({ name }) => name)).toEqual(['rsi14', 'bollinger20', 'natr14', 'volumeZ20']);
  });

  test('refuses a family the set does not have', () => {
    const unknown = (): unknown => featureSet('base-1', { without: ['levels'] });

    expect(unknown).toThrow(InputError);
    expect(unknown).toThrow(
      'feature set "base-1" has no family "levels" to leave out; it has "ret',
    );
  });

  test('refuses to leave out everything', () => {
    const all = ['returns', 'trend', 'oscillators', 'volatility', 'volume'];

    expect(() => featureSet('base-1', { without: all })).toThrow('nothing is left of feature set');
  });

  test('refuses a family named twice: one model would have two names', () => {
    expect(() => featureSet('base-1', { without: ['trend', 'trend'] })).toThrow(
      'family "trend" is left out twice',
    );
  });
});

const checkout = path.join(import.meta.dirname, '../../..');
const realData = process.env['SENSEQUANT_REAL_DATA'] ?? '../shared/real-data';
const real = path.resolve(checkout, realData);

/** Features that wait for something to happen: a swing, a level, a quarter. */
const waiting = /^(level|swing|week(High|Low)|vwapSince)/;
/** Of daily bars, and of symbols listed long ago, these say nothing. */
const absent = /^(listedAge|vwapSinceListing|halfHour)/;

describe.skipIf(!existsSync(path.join(real, 'daily')))('on real daily bars', () => {
  test.each(['RELIANCE', 'LICI', 'VEDL'])('%s has every feature once it is warm', (symbol) => {
    const bars = readBars('daily', symbol);
    const context = randomContext(bars.ts.length, 3);

    for (const feature of featureSet('full-2').filter(
      ({ name }) => !waiting.test(name) && !absent.test(name),
    )) {
      const finite = Array.from(feature.compute({ bars, context }), Number.isFinite);
      const expected = Array.from(bars.ts, (_, i) => i >= feature.lookback - 1);
      expect(finite, feature.name).toEqual(expected);
    }
  });

  test.each(['RELIANCE', 'LICI', 'VEDL'])('%s has levels most of the time', (symbol) => {
    const bars = readBars('daily', symbol);

    for (const feature of featureSet('full-2').filter(
      ({ name }) => waiting.test(name) && !absent.test(name),
    )) {
      const values = feature.compute({ bars }).subarray(100);
      const share = values.filter(Number.isFinite).length / values.length;
      // No level lies above a close that is the highest of its year; not every year has a gap.
      const rare = { levelAbove: 0.7, levelBelow: 0.7, vwapSinceGap: 0.4 };
      const least = Object.entries(rare).find(([name]) => feature.name.startsWith(name))?.[1];
      expect(share, feature.name).toBeGreaterThan(least ?? 0.9);
    }
  });
});

describe.skipIf(!existsSync(path.join(real, '5minute')))('on real 5-minute bars', () => {
  test.each(['RELIANCE', 'NIFTY50_INDEX'])('%s has no infinite feature', (symbol) => {
    const bars = readBars('5minute', symbol);
    const context = randomContext(bars.ts.length, 3);

    for (const feature of featureSet('full-2')) {
      const values = feature.compute({ bars, context });
      expect(values.length, feature.name).toBe(bars.ts.length);
      expect(
        values.some((value) => Math.abs(value) === Infinity),
        feature.name,
      ).toBe(false);
    }
  });
});

function readBars(folder: 'daily' | '5minute', symbol: string): Bars {
  const lines = readFileSync(path.join(real, folder, `${symbol}.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const cells = lines.map((line) => line.split(','));
  const column = (j: number): Float64Array => Float64Array.from(cells, (row) => Number(row[j]));
  return {
    symbol,
    interval: folder === 'daily' ? '1d' : '5m',
    ts: Float64Array.from(cells, (row) => Date.parse(row[0])),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
