import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../contracts/errors.ts';
import type { Bars } from '../market/bars.ts';
import { featureSet, featureSets } from './features.ts';

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

  test('names each feature of a set once', () => {
    for (const features of Object.values(featureSets))
      expect(new Set(features.map(({ name }) => name)).size).toBe(features.length);
  });

  test.each(['base-2', 'toString'])('refuses "%s" and says which sets there are', (name) => {
    const unknown = (): unknown => featureSet(name);

    expect(unknown).toThrow(InputError);
    expect(unknown).toThrow(`no feature set is called "${name}"; known are "base-1"`);
  });
});

const checkout = path.join(import.meta.dirname, '../../..');
const realData = process.env['SENSEQUANT_REAL_DATA'] ?? '../shared/real-data';
const daily = path.resolve(checkout, realData, 'daily');

describe.skipIf(!existsSync(daily))('on real daily bars', () => {
  test.each(['RELIANCE', 'LICI', 'VEDL'])('%s has every feature once it is warm', (symbol) => {
    const bars = readBars(symbol);

    for (const feature of featureSet('base-1')) {
      const finite = Array.from(feature.compute(bars), Number.isFinite);
      const expected = Array.from(bars.ts, (_, i) => i >= feature.lookback - 1);
      expect(finite, feature.name).toEqual(expected);
    }
  });
});

function readBars(symbol: string): Bars {
  const lines = readFileSync(path.join(daily, `${symbol}.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const cells = lines.map((line) => line.split(','));
  const column = (j: number): Float64Array => Float64Array.from(cells, (row) => Number(row[j]));
  return {
    symbol,
    interval: '1d',
    ts: Float64Array.from(cells, (row) => Date.parse(row[0])),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    volume: column(5),
  };
}
