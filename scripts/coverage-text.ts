import type { CoverageReport, SymbolCoverage } from '../activities/market/cover-bars.ts';
import { gapReasons, type GapReason } from '../shared/contracts/gaps.ts';
import { addDays, intervals } from '../shared/contracts/time.ts';
import { tableText } from './output.ts';

const count = new Intl.NumberFormat('en');
const worstShown = 10;
const gapsShown = 3;

/** A coverage report for a person: the total, the worst symbols, and what they lack and why. */
export function coverageText(report: CoverageReport): string {
  const { symbols, total } = report;
  const worst = symbols
    .filter(({ coverage }) => coverage < 1)
    .toSorted((a, b) => a.coverage - b.coverage)
    .slice(0, worstShown);
  const lines = [
    `span      ${report.from} to ${addDays(report.to, -1)}, ${count.format(report.sessions)} sessions`,
    `coverage  ${percent(total)}: ${count.format(total.presentBars)} of ` +
      `${count.format(total.expectedBars)} expected bars`,
    `missing   ${missingText(symbols)}`,
    '',
    intervalTable(symbols),
  ];
  if (worst.length > 0) lines.push('', worstTable(worst), '', gapTable(worst));
  return lines.join('\n');
}

function percent({ coverage }: { readonly coverage: number }): string {
  // Rounded down: only what is whole reads as 100.
  return `${(Math.floor(coverage * 10_000) / 100).toFixed(2)} %`;
}

function missingText(symbols: readonly SymbolCoverage[]): string {
  const missing = new Map<GapReason, number>();
  for (const { reason, bars } of symbols.flatMap(({ gaps }) => gaps))
    missing.set(reason, (missing.get(reason) ?? 0) + bars);
  const told = gapReasons.flatMap((reason) => {
    const bars = missing.get(reason);
    return bars === undefined ? [] : [`${count.format(bars)} ${reason}`];
  });
  return told.length === 0 ? 'nothing' : told.join(', ');
}

function intervalTable(symbols: readonly SymbolCoverage[]): string {
  const rows = intervals.flatMap((interval) => {
    const of = symbols.filter((one) => one.interval === interval);
    if (of.length === 0) return [];
    const sum = (bars: (one: SymbolCoverage) => number): number =>
      of.reduce((total, one) => total + bars(one), 0);
    const expected = sum(({ expectedBars }) => expectedBars);
    const present = sum(({ presentBars }) => presentBars);
    const coverage = expected === 0 ? 1 : present / expected;
    const whole = of.filter(({ coverage }) => coverage === 1).length;
    return [[interval, of.length, whole, expected, present, percent({ coverage }).padStart(8)]];
  });
  return tableText(['interval', 'symbols', 'whole', 'expected', 'present', 'coverage'], rows);
}

function worstTable(worst: readonly SymbolCoverage[]): string {
  return tableText(
    ['worst', 'interval', 'expected', 'present', 'coverage'],
    worst.map((one) => [
      one.symbol,
      one.interval,
      one.expectedBars,
      one.presentBars,
      percent(one).padStart(8),
    ]),
  );
}

function gapTable(worst: readonly SymbolCoverage[]): string {
  const rows = worst.flatMap(({ symbol, interval, gaps }) => {
    const largest = gaps.toSorted((a, b) => b.bars - a.bars);
    const rest = largest.slice(gapsShown).reduce((sum, { bars }) => sum + bars, 0);
    const shown = largest
      .slice(0, gapsShown)
      .map(({ from, to, bars, reason }) => [
        symbol,
        interval,
        from,
        addDays(to, -1),
        bars,
        reason as string,
      ]);
    if (rest > 0)
      shown.push([
        symbol,
        interval,
        '',
        '',
        rest,
        `in ${gaps.length - gapsShown} more: see --json`,
      ]);
    return shown;
  });
  return tableText(['gap of', 'interval', 'first', 'last', 'bars', 'reason'], rows);
}
