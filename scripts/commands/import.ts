import path from 'node:path';
import { Command, Option } from 'commander';
import {
  importBars,
  type ImportReport,
  type SymbolImport,
} from '../../activities/market/import-bars.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import type { Adjustment } from '../../shared/runtime/bar-store.ts';
import { readConfig } from '../../shared/runtime/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { openLogger } from '../../shared/runtime/logger.ts';
import { openWorld } from '../../workers/world.ts';
import { answer, exitCodes, say, showProgress } from '../output.ts';

interface ImportOptions {
  readonly interval?: Interval;
  readonly adjustment: Adjustment;
  readonly json?: boolean;
}

/** `import`: bars from CSV trees, a symbol whole or not at all. */
export function importCommand(): Command {
  return new Command('import')
    .description(
      'bring in bars: SYMBOL.csv files, or SYMBOL/1day/2024-01-31.csv as the predecessor',
    )
    .argument('<path>', 'the folder, or one file')
    .addOption(
      new Option(
        '--interval <spacing>',
        'spacing of the bars (default: read off the files)',
      ).choices(intervals),
    )
    .addOption(
      new Option('--adjustment <kind>', 'whether prices are adjusted for splits and bonuses')
        .choices(['raw', 'vendor', 'unknown'])
        .default('unknown'),
    )
    .action(async (folder: string, { interval, adjustment, json }: ImportOptions) => {
      const config = await readConfig();
      const world = await openWorld(await openDataRoot(config.dataRoot), openLogger('import'));
      try {
        const report = await importBars(
          world,
          {
            path: path.resolve(folder),
            adjustment,
            source: 'csv',
            ...(interval === undefined ? {} : { interval }),
          },
          tellSymbol,
        );
        answer(json, { schema: 1, ...report }, () => importText(report));
        const refused = report.symbols.some(({ outcome }) => outcome === 'refused');
        process.exitCode = refused ? exitCodes.wrong : exitCodes.done;
      } finally {
        await world.close();
      }
    });
}

function tellSymbol({ symbol, outcome, rows, faults, faultCount }: SymbolImport): void {
  if (outcome !== 'refused') {
    showProgress(`${symbol}: ${rows} bars ${outcome}`);
    return;
  }
  say(`${symbol} is not imported: ${faultCount ?? 0} faults in ${rows} rows`);
  for (const { file, line, message } of faults ?? []) say(`  ${file}:${line}: ${message}`);
}

/** What an import did, in a few lines. */
function importText({ interval, symbols }: ImportReport): string {
  const count = (outcome: SymbolImport['outcome']): number =>
    symbols.filter((symbol) => symbol.outcome === outcome).length;
  const bars = symbols.reduce(
    (sum, { outcome, rows }) => sum + (outcome === 'refused' ? 0 : rows),
    0,
  );
  return (
    `interval ${interval}: ${count('imported')} symbols imported, ${count('unchanged')} unchanged, ` +
    `${count('refused')} refused; ${bars} bars`
  );
}
