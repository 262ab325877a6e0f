import path from 'node:path';
import { Command, Option } from 'commander';
import { exportBars, type BarsExport } from '../../activities/market/export-bars.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import { inWorld } from '../in-world.ts';
import { answer, showProgress } from '../output.ts';
import { spanFrom, type DayOptions } from './day-option.ts';
import { symbolsFrom } from './request-options.ts';

interface BarsOptions extends DayOptions {
  readonly interval: Interval;
  readonly out: string;
  readonly symbols: string;
  readonly json?: boolean;
}

/** `export bars`: the predecessor's tree of CSV files, a day each. */
export function exportBarsCommand(): Command {
  return new Command('bars')
    .description("bars as the predecessor's tree: SYMBOL/<1day|5minute|1minute>/2024-01-31.csv")
    .addOption(
      new Option('--interval <spacing>', 'spacing of the bars')
        .choices(intervals)
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'where to write them')
    .option('--symbols <list>', '"all", tickers with commas, or @file with one a line', 'all')
    .option('--from <day>', 'first day (default: that of the first bar)')
    .option('--to <day>', 'last day, itself written (default: that of the last bar)')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .action(async (_: unknown, command: Command) => {
      const { interval, out, symbols, json, ...days } = command.optsWithGlobals<BarsOptions>();
      const request = {
        interval,
        folder: path.resolve(out),
        symbols: await symbolsFrom(symbols),
        ...spanFrom(days),
      };
      const told = await inWorld('export', (world) =>
        exportBars(world, request, (one) =>
          showProgress(`${one.symbol}: ${one.bars} bars in ${one.files} files`),
        ),
      );
      answer(json, { schema: 1, ...told }, () => barsText(told));
    });
}

const count = new Intl.NumberFormat('en');

/** An export of bars for a person. */
function barsText({ interval, folder, symbols }: BarsExport): string {
  const sum = (of: 'bars' | 'files'): string =>
    count.format(symbols.reduce((total, one) => total + one[of], 0));
  const series = Map.groupBy(symbols, (one) => one.series);
  return [
    `folder   ${folder}`,
    `bars     ${sum('bars')} of interval ${interval}, ${count.format(symbols.length)} symbols, ` +
      `${sum('files')} files`,
    ...Array.from(
      series,
      ([name, of]) => `series   ${name}: ${count.format(of.length)} symbols`,
    ).toSorted(),
  ].join('\n');
}
