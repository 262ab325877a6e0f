import { Command, Option } from 'commander';
import { reconcileSeries } from '../../activities/market/reconcile-series.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import { inWorld } from '../in-world.ts';
import { answer } from '../output.ts';
import { reconcileText } from '../reconcile-text.ts';

interface ReconcileOptions {
  readonly interval: Interval;
  readonly symbols?: string;
  readonly json?: boolean;
}

/** `reconcile`: two sources of the same bars, held against each other. */
export function reconcileCommand(): Command {
  return new Command('reconcile')
    .description('compare the series of each symbol bar by bar; find what vendors took off prices')
    .addOption(
      new Option('--interval <spacing>', 'spacing of bars').choices(intervals).default('1d'),
    )
    .option('--symbols <list>', 'tickers with commas (default: all that have two series)')
    .addHelpText(
      'after',
      `
Raw bars are the reference, read with the confirmed corporate actions. The other series is fitted to
them by straight lines, other = slope x reference + intercept: a slope is a split adjustment, an
intercept is money taken off old prices, which inflates their returns. What is found is stored in
reconcile/<interval>/<SYMBOL>.json of the data root; a series that fails is kept out of evidence.`,
    )
    .action(async ({ interval, symbols, json }: ReconcileOptions) => {
      const asked = symbols === undefined ? {} : { symbols: symbols.split(',') };
      const report = await inWorld('reconcile', (world) =>
        reconcileSeries(world, { interval, ...asked }, world.now()),
      );
      answer(json, { schema: 1, ...report }, () => reconcileText(report));
    });
}
