import { Command, Option } from 'commander';
import { backfillSymbols } from '../../activities/market/backfill-symbols.ts';
import type { BackfillRequest, WrittenBackfillReport } from '../../shared/contracts/backfill.ts';
import { InputError } from '../../shared/contracts/errors.ts';
import { isRunName } from '../../shared/contracts/ids.ts';
import type { Calendar } from '../../shared/domain/market/calendar/calendar.ts';
import { checkNamespace, connect } from '../../shared/runtime/stack/client.ts';
import { readConfig } from '../../shared/runtime/stack/config.ts';
import { openDataRoot } from '../../shared/runtime/data-root.ts';
import { overlayFile } from '../../shared/runtime/reference/instrument-overlay.ts';
import { parseBackfill } from '../../shared/runtime/parse-request.ts';
import { readReference, type Instruments } from '../../shared/runtime/reference/reference.ts';
import {
  sourceDay,
  sourceNames,
  type SourceName,
} from '../../shared/runtime/sources/open-source.ts';
import { temporalPlace } from '../../shared/runtime/stack/stack.ts';
import { followBackfill, startBackfill } from '../backfill-client.ts';
import { attendRun } from '../attend-run.ts';
import { exitCodes } from '../output.ts';
import { symbolsFrom } from './request-options.ts';

interface BackfillOptions {
  readonly source: SourceName;
  readonly symbols: string;
  readonly universe?: string;
  readonly interval: string;
  readonly from: string;
  readonly to: string;
  readonly name?: string;
  readonly wait?: boolean;
  readonly json?: boolean;
}

/** `backfill`: fetches what is missing, durably; attaches to an equal one that is open. */
export function backfillCommand(): Command {
  return new Command('backfill')
    .description('fetch the bars that should exist and do not, within a source’s quota')
    .requiredOption('--from <day>', 'first day')
    .requiredOption('--to <day>', 'last day; what is not over yet is left out')
    .option('--interval <list>', 'spacings with commas: 1d, 5m, 1m', '1d')
    .option(
      '--symbols <list>',
      '"all" equities the project knows, tickers with commas, or @file with one a line',
      'all',
    )
    .addOption(
      new Option('--universe <name>', 'the members of an index instead, e.g. nifty100').conflicts(
        'symbols',
      ),
    )
    .addOption(new Option('--source <name>', 'whom to ask').choices(sourceNames).default('breeze'))
    .option('--name <name>', "the run's name (default: today and a digest of the request)")
    .option('--wait', 'stay until it ends and print its report; Ctrl-C leaves it running')
    .addHelpText(
      'after',
      `
Only what is missing is asked for, daily bars first, then 5-minute, then 1-minute bars newest first.
What the source does not have is asked for again after 1, 2, 4 and more days. Minutes are not asked for
before the first daily bar, once the source was asked for earlier ones: ask for 1d with them.
When the day's session has expired the run waits and says so: hand over a new one by
"sensequant session". When the day's quota is used up it sleeps until 00:05 at the exchange.`,
    )
    .action(backfill);
}

async function backfill(options: BackfillOptions): Promise<void> {
  const { source, name, wait, json, universe } = options;
  if (name !== undefined && !isRunName(name))
    throw new InputError(`"${name}" cannot name a run; use letters, digits, ".", "_", "&", "-"`);
  const config = await readConfig();
  const root = await openDataRoot(config.dataRoot);
  const request = parseBackfill({
    source,
    symbols: universe ?? (await symbolsFrom(options.symbols)),
    intervals: options.interval.split(',').map((one) => one.trim()),
    from: options.from,
    to: options.to,
    root: root.id,
  });
  const { calendar, instruments } = await readReference(undefined, overlayFile(root));
  checkAsked(request, calendar, instruments);
  const temporal = await connect(await temporalPlace(config, root));
  try {
    await checkNamespace(temporal, root);
    const today = sourceDay(config, source);
    const started = await startBackfill(temporal, root, request, {
      today,
      ...(name === undefined ? {} : { name }),
    });
    await attendRun(started, {
      what: 'backfill',
      wait,
      json,
      follow: (runId) => followBackfill(temporal, root, runId),
      text: backfillText,
      exitCode: backfillExit,
    });
  } finally {
    await temporal.close();
  }
}

/**
 * Refuses what a run would be refused for when it plans: most people do not wait for that.
 *
 * @throws InputError if the calendar does not know the first day, or a symbol or universe is unknown
 */
export function checkAsked(
  { symbols, from, to }: BackfillRequest,
  calendar: Calendar,
  instruments: Instruments,
): void {
  calendar.session(from);
  backfillSymbols(instruments, symbols, to);
}

/** Failures that a person is told; `--json` has them all. */
const toldFailures = 20;

/** A backfill's end for a person. */
export function backfillText(report: WrittenBackfillReport): string {
  const { runId, state, counts, seconds, failures, control } = report;
  const listed = (record: Readonly<Record<string, number>>): string =>
    Object.entries(record)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', ') || 'none';
  return [
    `backfill   ${runId} ${state} after ${seconds.toFixed(1)} s`,
    `windows    ${counts.planned}: ${counts.stored} stored` +
      `${counts.cancelled > 0 ? `, ${counts.cancelled} cancelled` : ''}` +
      `${counts.notStarted > 0 ? `, ${counts.notStarted} not started` : ''}`,
    ...(control === undefined ? [] : [`operator   ${control.who}: ${control.why}`]),
    `requests   ${counts.requests} answered, ${counts.leastRequests} is the least that could do`,
    `bars       ${counts.rows} received: ${counts.added} new, ${counts.changed} revised, ` +
      `${counts.quarantined} set aside`,
    `unfilled   sessions ${listed(counts.empty)}`,
    `at rest    symbols ${listed(counts.resting)}`,
    `failed     ${listed(counts.failed)}`,
    ...failures
      .slice(0, toldFailures)
      .map(({ window, class: name, message }) => `  ${window}: ${name}: ${message}`),
    ...(failures.length > toldFailures
      ? [`  and ${failures.length - toldFailures} more: status ${runId} --json`]
      : []),
    'look       npm run -s sensequant -- coverage',
  ].join('\n');
}

/** What a backfill's end means for the shell. */
export function backfillExit({ state, counts }: WrittenBackfillReport): number {
  if (state === 'cancelled') return exitCodes.cancelled;
  if (state === 'over-threshold') return exitCodes.overThreshold;
  // A window that somebody ended alone is missing as one that failed is.
  const isWhole = Object.keys(counts.failed).length === 0 && counts.cancelled === 0;
  return isWhole ? exitCodes.done : exitCodes.withFailures;
}
