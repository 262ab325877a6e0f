import path from 'node:path';
import { Command, Option } from 'commander';
import { importBars } from '../../activities/market/import-bars.ts';
import type {
  ArchiveImport,
  ImportReport,
  SymbolImport,
} from '../../activities/market/import-report.ts';
import { intervals, type Interval } from '../../shared/contracts/time.ts';
import { adjustments, type Adjustment } from '../../shared/runtime/bars/bar-store.ts';
import { isAddress } from '../../shared/runtime/sources/bhavcopy-download.ts';
import { inWorld } from '../in-world.ts';
import { answer, exitCodes, say, showProgress } from '../output.ts';
import { spanFrom, type DayOptions } from './day-option.ts';
import { symbolsFrom } from './request-options.ts';

interface ImportOptions extends DayOptions {
  readonly interval?: Interval;
  readonly adjustment?: Adjustment;
  readonly symbols?: string;
  readonly json?: boolean;
}

const details = `
What is imported, the path and the files say:
  SYMBOL.csv, or SYMBOL/1day/2024-01-31.csv as the predecessor kept them
      a symbol whole or, for one bad row, not at all
  BhavCopy_NSE_CM_0_0_0_20240708_F_0000.csv[.zip], cm05JUL2024bhav.csv[.zip]
      the exchange's daily archives, in folders or one file: raw daily bars of series EQ and BE;
      the close is the official one; an archive with a fault is refused, the others are read
  'https://host/{yyyy}/{MMM}/cm{dd}{MMM}{yyyy}bhav.csv.zip' --from 2024-01-01 --to 2024-07-05
      the same from a server, one request a session, one a second; {MM} is the month's number`;

/** `import`: bars from CSV trees and from the exchange's daily archives. */
export function importCommand(): Command {
  return new Command('import')
    .description("bring in bars: CSV trees, or the exchange's daily archives (bhavcopy)")
    .argument('<path>', 'a folder, one file, or a pattern of addresses')
    .addOption(
      new Option(
        '--interval <spacing>',
        'spacing of the bars (default: read off the files)',
      ).choices(intervals),
    )
    .addOption(
      new Option(
        '--adjustment <kind>',
        'whether prices are adjusted for splits and bonuses (default: unknown; archives: raw)',
      ).choices(adjustments),
    )
    .option(
      '--symbols <list>',
      'tickers with commas, @file, or "all" (default: all; of archives those the project knows)',
    )
    .option('--from <day>', 'first day of the archives')
    .option('--to <day>', 'last day of the archives')
    .addHelpText('after', details)
    .action(async (place: string, { json, ...options }: ImportOptions) => {
      const request = await requestOf(place, options);
      const report = await inWorld('import', (world) =>
        importBars(world, request, { symbol: tellSymbol, archive: tellArchive }),
      );
      answer(json, { schema: 1, ...report }, () => importText(report));
      process.exitCode = isWhole(report) ? exitCodes.done : exitCodes.wrong;
    });
}

async function requestOf(place: string, options: ImportOptions) {
  const { interval, adjustment, symbols } = options;
  return {
    path: isAddress(place) ? place : path.resolve(place),
    ...(interval === undefined ? {} : { interval }),
    ...(adjustment === undefined ? {} : { adjustment }),
    ...(symbols === undefined ? {} : { symbols: await symbolsFrom(symbols) }),
    ...spanFrom(options),
  };
}

function isWhole({ symbols, archives = [] }: ImportReport): boolean {
  return (
    symbols.every(({ outcome }) => outcome !== 'refused') &&
    archives.every(({ outcome }) => outcome === 'read')
  );
}

function tellSymbol({
  symbol,
  formerly,
  outcome,
  rows,
  quarantined,
  faults,
  faultCount,
}: SymbolImport): void {
  if (formerly !== undefined)
    say(`${formerly} is called ${symbol} today and stored under that name`);
  if (faults === undefined) {
    showProgress(`${symbol}: ${rows} bars ${outcome}`);
    return;
  }
  say(
    outcome === 'refused'
      ? `${symbol} is not imported: ${faultCount ?? 0} faults in ${rows} rows`
      : `${symbol}: ${quarantined ?? 0} of ${rows} rows are set aside`,
  );
  for (const { file, line, message } of faults) say(`  ${file}:${line}: ${message}`);
}

function tellArchive({ day, outcome, fault }: ArchiveImport): void {
  if (fault === undefined) showProgress(`${day ?? ''} ${outcome}`);
  else if (outcome === 'refused') say(`refused ${fault.file}:${fault.line}: ${fault.message}`);
  else say(`${day ?? ''} is ${outcome.replace('-', ' ')}: ${fault.message}`);
}

/** What an import did, in a few lines. */
function importText({ interval, symbols, archives, leftOut = 0 }: ImportReport): string {
  const count = (outcome: SymbolImport['outcome']): number =>
    symbols.filter((symbol) => symbol.outcome === outcome).length;
  const bars = symbols.reduce(
    (sum, { outcome, rows, quarantined = 0 }) =>
      sum + (outcome === 'refused' ? 0 : rows - quarantined),
    0,
  );
  const imported =
    `interval ${interval}: ${count('imported')} symbols imported, ${count('unchanged')} unchanged, ` +
    `${count('refused')} refused; ${bars} bars`;
  if (archives === undefined) return imported;
  const of = (outcome: ArchiveImport['outcome']): number =>
    archives.filter((archive) => archive.outcome === outcome).length;
  const stop = archives.find(({ outcome }) => outcome === 'not-fetched')?.day;
  return [
    imported,
    `archives: ${of('read')} read, ${of('missing')} missing, ${of('refused')} refused`,
    ...(stop === undefined ? [] : [`stopped at ${stop}: go on with --from ${stop}`]),
    ...(leftOut === 0 ? [] : [`${leftOut} other tickers left out; --symbols all takes them`]),
  ].join('\n');
}
