import { describe, expect, test } from 'vitest';
import type { Finding } from '../../activities/market/audit-bars.ts';
import type { TradingDay } from '../../shared/contracts/time.ts';
import { commandLine } from '../testing/command-line.fixture.ts';
import { storeSimulated } from '../testing/simulated-bars.fixture.ts';
import { qualityText } from './quality.ts';

const finding: Finding = {
  symbol: 'VEDL',
  interval: '1d',
  series: 'csv-vendor',
  rule: 'large-move',
  from: '2020-03-09' as TradingDay,
  to: '2020-03-10' as TradingDay,
  count: 1,
  detail: 'close "69" to "52"',
};

describe('qualityText', () => {
  test('has a row a rule and symbol, with how many and the first', () => {
    const findings = [
      finding,
      { ...finding, detail: 'later' },
      { ...finding, symbol: 'ITC', rule: 'copied-day', count: 75, detail: 'no volume' } as const,
    ];

    expect(qualityText({ symbols: 2, series: 3, bars: 1234, findings }).split('\n')).toEqual([
      '1,234 bars of 2 symbols in 3 series judged: 3 findings',
      'rule        symbol  interval  series      found  count  first       detail',
      'copied-day  ITC     1d        csv-vendor      1     75  2020-03-09  no volume',
      'large-move  VEDL    1d        csv-vendor      2      2  2020-03-09  close "69" to "52"',
    ]);
  });

  test('says so where nothing is found', () => {
    expect(qualityText({ symbols: 1, series: 1, bars: 10, findings: [] })).toBe(
      '10 bars of 1 symbols in 1 series judged: nothing found',
    );
  });
});

describe('quality', () => {
  test('answers with one document, and refuses symbols without bars', async () => {
    await using user = await commandLine();
    await storeSimulated(user.dataRoot, ['RELIANCE', 'TCS']);

    const all = await user.json<object>('quality');
    const unknown = await user.type('quality', '--symbols', 'RELIANC');

    expect(all).toMatchObject({ schema: 1, symbols: 2, series: 2, findings: [] });
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toContain('there are no bars of "RELIANC"; did you mean "RELIANCE"?');
  });
});
