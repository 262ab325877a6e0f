import { Command, Option } from 'commander';
import { coverBars } from '../../activities/market/cover-bars.ts';
import { intervals, type EpochMs, type Interval } from '../../shared/contracts/time.ts';
import { openBarStore } from '../../shared/runtime/bars/bar-store.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { overlayFile } from '../../shared/runtime/reference/instrument-overlay.ts';
import { readReference } from '../../shared/runtime/reference/reference.ts';
import { coverageText } from '../coverage-text.ts';
import { answer } from '../output.ts';
import { spanFrom, type DayOptions } from './day-option.ts';
import { symbolsFrom } from './request-options.ts';

interface CoverageOptions extends DayOptions {
  readonly interval?: Interval;
  readonly symbols: string;
  readonly json?: boolean;
}

/** `coverage`: what exists of what should exist, counted in bars. Reads heads, needs no server. */
export function coverageCommand(): Command {
  return new Command('coverage')
    .description('how many of the expected bars are on disk, and why the others are not')
    .addOption(
      new Option('--interval <spacing>', 'spacing of bars (default: all there are)').choices(
        intervals,
      ),
    )
    .option('--from <day>', 'first day (default: that of the first bar)')
    .option('--to <day>', 'last day, itself counted (default: the last closed session)')
    .option('--symbols <list>', '"all", tickers with commas, or @file with one a line', 'all')
    .addHelpText(
      'after',
      `
A bar exists where any series of its symbol has it. A symbol is expected from --from on, or from its
listing if that is later, until its delisting; without a known listing it counts as listed. Without
--from, a symbol that was listed before is expected from its own first bar on. Since 2026-08-03 a
session of a stock with futures has 72 bars of five minutes, before the closing auction; others have 75.

Why bars are missing: not-fetched (no source was asked for that day, or gave only a part of it),
vendor-gap (a source was asked and has none), wrong-code (it does not know the code), quarantined
(rows came and were set aside). Days in --json are half-open: "to" is the day after the last.`,
    )
    .action(async ({ interval, symbols, json, ...days }: CoverageOptions) => {
      const { dataRoot } = await readConfig();
      const span = spanFrom(days);
      const root = await openDataRoot(dataRoot);
      const { calendar, instruments } = await readReference(undefined, overlayFile(root));
      const bars = openBarStore(root);
      const named = await symbolsFrom(symbols);
      const report = await coverBars(
        { bars, calendar, instruments, now: () => Date.now() as EpochMs },
        { symbols: named, ...(interval === undefined ? {} : { interval }), ...span },
      );
      answer(json, { schema: 1, ...report }, () => coverageText(report));
    });
}
