import { describe, expect, test } from 'vitest';
import type { CoverageReport, SymbolCoverage } from '../activities/market/cover-bars.ts';
import type { TradingDay } from '../shared/contracts/time.ts';
import { coverageText } from './coverage-text.ts';

const day = (text: string): TradingDay => text as TradingDay;
const row = (
  symbol: string,
  presentBars: number,
  gaps: SymbolCoverage['gaps'],
): SymbolCoverage => ({
  symbol,
  interval: '5m',
  expectedBars: 1500,
  presentBars,
  coverage: presentBars / 1500,
  gaps,
});
const gap = (from: string, to: string, bars: number, reason: 'vendor-gap' | 'not-fetched') => ({
  from: day(from),
  to: day(to),
  bars,
  reason,
});

function reportOf(symbols: readonly SymbolCoverage[]): CoverageReport {
  const sum = (of: 'expectedBars' | 'presentBars') =>
    symbols.reduce((total, one) => total + one[of], 0);
  const [expectedBars, presentBars] = [sum('expectedBars'), sum('presentBars')];
  return {
    interval: '5m',
    from: day('2024-01-01'),
    to: day('2024-01-27'),
    sessions: 20,
    symbols,
    total: { expectedBars, presentBars, coverage: presentBars / expectedBars },
  };
}

describe('coverageText', () => {
  test('has the total, the symbols that are not whole, and what they lack and why', () => {
    const report = reportOf([
      row('WHOLE', 1500, []),
      row('NEARLY', 1499, [gap('2024-01-05', '2024-01-06', 1, 'vendor-gap')]),
      row('HALF', 750, [
        gap('2024-01-01', '2024-01-06', 375, 'not-fetched'),
        gap('2024-01-10', '2024-01-11', 5, 'vendor-gap'),
        gap('2024-01-15', '2024-01-20', 360, 'not-fetched'),
        gap('2024-01-24', '2024-01-25', 10, 'vendor-gap'),
      ]),
    ]);

    expect(coverageText(report).split('\n')).toEqual([
      'span      2024-01-01 to 2024-01-26, 20 sessions',
      'coverage  83.31 %: 3,749 of 4,500 expected bars',
      'missing   735 not-fetched, 16 vendor-gap',
      '',
      'interval  symbols  whole  expected  present  coverage',
      '5m              3      1      4500     3749   83.31 %',
      '',
      'worst   interval  expected  present  coverage',
      'HALF    5m            1500      750   50.00 %',
      'NEARLY  5m            1500     1499   99.93 %',
      '',
      'gap of  interval  first       last        bars  reason',
      'HALF    5m        2024-01-01  2024-01-05   375  not-fetched',
      'HALF    5m        2024-01-15  2024-01-19   360  not-fetched',
      'HALF    5m        2024-01-24  2024-01-24    10  vendor-gap',
      'HALF    5m                                   5  in 1 more: see --json',
      'NEARLY  5m        2024-01-05  2024-01-05     1  vendor-gap',
    ]);
  });

  test('says that nothing is missing where nothing is', () => {
    const text = coverageText(reportOf([row('WHOLE', 1500, [])]));

    expect(text).toContain('coverage  100.00 %: 1,500 of 1,500 expected bars\nmissing   nothing\n');
    expect(text).not.toContain('worst');
  });

  test('names the ten worst of many', () => {
    const many = Array.from({ length: 12 }, (_, i) =>
      row(`S${i}`, i, [gap('2024-01-01', '2024-01-27', 1500 - i, 'not-fetched')]),
    );

    const text = coverageText(reportOf(many));

    expect(text).toMatch(/^S9 /m);
    expect(text).not.toMatch(/^S10 /m);
  });
});
