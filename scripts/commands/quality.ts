import { Command, Option } from 'commander';
import { auditBars, type AuditReport, type Finding } from '../../activities/market/audit-bars.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import { inWorld } from '../in-world.ts';
import { answer, showProgress, tableText } from '../output.ts';
import { symbolsFrom } from './request-options.ts';

interface QualityOptions {
  readonly interval?: Interval;
  readonly symbols: string;
  readonly json?: boolean;
}

const details = `
Rules:
  unsound-bar             high below low, a price not above zero, a negative volume
  outside-session         bars when the exchange did not trade
  duplicate               bars out of order, or twice
  quarantined             rows set aside when they came, with their reason
  large-move              a close that jumps by a log return of 0.25 with no confirmed action
  wrong-instrument        a day whose typical price is not within half and double of the day before
  stale-run               12 bars in a row at the same prices though shares change hands
  copied-day              a day without volume that repeats the day before
  no-opening-volume       sessions in a row whose first bar has no volume
  daily-against-intraday  high, low or volume of the day more than 0.5 % off what intraday bars
                          add up to; closes differ by their kind and are not compared`;

/** `quality`: what is wrong with the bars on disk. Reads files, needs no server. */
export function qualityCommand(): Command {
  return new Command('quality')
    .description('what is wrong with the bars on disk, by rule and symbol')
    .addOption(
      new Option('--interval <spacing>', 'spacing of bars (default: all)').choices(intervals),
    )
    .option('--symbols <list>', '"all", tickers with commas, or @file with one a line', 'all')
    .addHelpText('after', details)
    .action(async ({ interval, symbols, json }: QualityOptions) => {
      const asked = {
        symbols: await symbolsFrom(symbols),
        ...(interval === undefined ? {} : { interval }),
      };
      const report = await inWorld('quality', (world) =>
        auditBars(world, asked, (symbol) => showProgress(`judging ${symbol}`)),
      );
      answer(json, { schema: 1, ...report }, () => qualityText(report));
    });
}

const number = new Intl.NumberFormat('en');

/** An audit for a person: a row a rule and symbol, with counts and the first of each. */
export function qualityText({ symbols, series, bars, findings }: AuditReport): string {
  const judged =
    `${number.format(bars)} bars of ${number.format(symbols)} symbols in ` +
    `${number.format(series)} series judged: `;
  if (findings.length === 0) return `${judged}nothing found`;
  const groups = Map.groupBy(
    findings,
    ({ rule, symbol, interval, series: name }) => `${rule} ${symbol} ${interval} ${name}`,
  );
  const rows = [...groups.values()]
    .toSorted(([a], [b]) => (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0))
    .map(rowOf);
  const headings = ['rule', 'symbol', 'interval', 'series', 'found', 'count', 'first', 'detail'];
  return `${judged}${number.format(findings.length)} findings\n${tableText(headings, rows)}`;
}

function rowOf(group: readonly Finding[]): (string | number)[] {
  const [first] = group;
  const count = group.reduce((sum, finding) => sum + finding.count, 0);
  const { rule, symbol, interval, series, from = '', detail } = first;
  return [rule, symbol, interval, series, group.length, count, from, detail];
}
